import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Checkbox,
  createTheme,
  Drawer,
  InputWrapper,
  Kbd,
  Menu,
  Modal,
  MultiSelect,
  Notification,
  NumberInput,
  Paper,
  PasswordInput,
  Progress,
  SegmentedControl,
  Select,
  Slider,
  Switch,
  Tabs,
  Textarea,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
} from '@mantine/core';
import { en } from '../i18n/en.ts';
import classes from './theme.module.css';

/** What opens over the page is there with the key that opens it: letters typed right after it must not meet an animation. */
export const AT_ONCE = { duration: 0 } as const;

/** The palette's neutrals are slightly cool; iris is the one accent. Contrast of text on every surface is at least 4.5. */
export const theme = createTheme({
  colors: {
    iris: ['#f3f2ff', '#e4e3fd', '#c9c7fb', '#b0adff', '#8f8cf3', '#7673e8', '#5b57d6', '#504cc4', '#403ca0', '#322f7c'],
    gray: ['#f7f8fa', '#eff1f4', '#e3e6eb', '#d3d7de', '#b9bfc9', '#98a0ac', '#5a626e', '#474e59', '#333943', '#1d2127'],
    dark: ['#e3e6eb', '#c3c8d1', '#9ca3af', '#6c7480', '#383d46', '#2c3037', '#24282e', '#1b1e23', '#15181c', '#0f1114'],
  },
  primaryColor: 'iris',
  primaryShade: 6,
  white: '#ffffff',
  black: '#1d2127',
  fontFamily: "'Inter Variable', -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '6px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.3' },
      h2: { fontSize: '16px', lineHeight: '1.35' },
      h3: { fontSize: '14px', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', size: 30 },
      classNames: { root: classes.actionIcon },
    }),
    Alert: Alert.extend({ defaultProps: { variant: 'light', radius: 'md' } }),
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm', size: 'sm' },
      styles: { root: { textTransform: 'none', fontWeight: 500 } },
    }),
    Button: Button.extend({ defaultProps: { size: 'xs' }, styles: { root: { fontWeight: 500 }, label: { fontSize: '13px' } } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Drawer: Drawer.extend({
      defaultProps: { padding: 'lg', transitionProps: AT_ONCE, returnFocus: false, overlayProps: { backgroundOpacity: 0.35 } },
    }),
    InputWrapper: InputWrapper.extend({
      styles: {
        label: { fontWeight: 500, marginBottom: 2, fontSize: '13px' },
        description: { marginBottom: 4, fontSize: '12px' },
        error: { fontSize: '12px' },
      },
    }),
    Kbd: Kbd.extend({ classNames: { root: classes.kbd } }),
    Menu: Menu.extend({
      defaultProps: { shadow: 'md', withinPortal: true, transitionProps: AT_ONCE, withInitialFocusPlaceholder: false },
      styles: { item: { fontSize: '13px', padding: '5px 10px' } },
    }),
    Modal: Modal.extend({
      // `keepFocusWithOverlays` gives the focus back, at once.
      defaultProps: {
        centered: true,
        padding: 'lg',
        transitionProps: AT_ONCE,
        returnFocus: false,
        overlayProps: { backgroundOpacity: 0.45 },
      },
      styles: { title: { fontWeight: 600, fontSize: '16px' } },
    }),
    MultiSelect: MultiSelect.extend({ defaultProps: { size: 'xs' } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': en.common.close } } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Paper: Paper.extend({ defaultProps: { radius: 'md' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'xs' } }),
    Progress: Progress.extend({ defaultProps: { size: 'sm', radius: 'xl', transitionDuration: 0 } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs', withItemsBorders: false },
      classNames: { root: classes.segments, indicator: classes.segmentIndicator },
    }),
    Select: Select.extend({ defaultProps: { size: 'xs', allowDeselect: false } }),
    Slider: Slider.extend({ defaultProps: { size: 'sm' } }),
    Switch: Switch.extend({
      defaultProps: { size: 'sm', withThumbIndicator: false },
      classNames: { input: classes.switchInput, track: classes.switchTrack },
    }),
    Tabs: Tabs.extend({ styles: { tab: { fontSize: '13px', padding: '8px 12px' } } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 450, withinPortal: true, fz: 'xs' }, classNames: { tooltip: classes.tooltip } }),
  },
});

/** Mantine's colour names and the tokens of `tokens.css` that stand for them. */
const semanticColors = { iris: 'accent', green: 'ok', yellow: 'warn', red: 'bad', blue: 'info' } as const;

/** Makes Mantine's own surfaces and soft variants agree with `tokens.css`. */
export const cssVariables: CSSVariablesResolver = () => {
  const soft = Object.entries(semanticColors).flatMap(([color, token]) => [
    [`--mantine-color-${color}-light`, `var(--${token}-soft)`],
    [`--mantine-color-${color}-light-hover`, `color-mix(in srgb, var(--${token}-soft) 85%, var(--${token}))`],
    [`--mantine-color-${color}-light-color`, `var(--${token}-text)`],
    [`--mantine-color-${color}-text`, `var(--${token}-text)`],
  ]);
  const shared = {
    ...Object.fromEntries(soft),
    '--mantine-color-gray-light': 'var(--surface-raised)',
    '--mantine-color-gray-light-color': 'var(--text-dim)',
    // White on Mantine's own red is too faint to read.
    '--mantine-color-red-filled': 'var(--bad-fill)',
    '--mantine-color-red-filled-hover': 'color-mix(in srgb, var(--bad-fill) 88%, black)',
    '--mantine-color-error': 'var(--bad-text)',
    '--mantine-color-body': 'var(--surface-panel)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-dim)',
    '--mantine-color-placeholder': 'var(--text-dim)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-anchor': 'var(--accent-text)',
  };
  return { variables: {}, light: shared, dark: shared };
};
