import { Badge, Group, NumberInput, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CheckFinding, CheckReport, CheckSeverity } from '#shared/contract/export-check.ts';
import type { CheckChoices } from '../../api/queries.ts';
import { useWording } from '../../i18n/use-wording.ts';
import classes from './ExportCheck.module.css';

const COLOURS: Readonly<Record<CheckSeverity, string>> = { refuse: 'red', repair: 'teal', warn: 'yellow', note: 'gray' };
/** Of each rule, before the number of the others. */
const SHOWN_PLACES = 5;

interface ExportCheckProps {
  readonly check: CheckReport;
  readonly choices: CheckChoices;
  readonly onChoose: (choices: CheckChoices) => void;
}

/** What the trainer will do with the rows: how many it learns from, and what was found, the worst first. */
export function ExportCheck({ check, choices, onChoose }: ExportCheckProps) {
  const { t } = useTranslation();
  const { trainer, rows, rowsKept, rowsRefused, tokenLimit, findings } = check;
  const leavesOut = choices.leaveOutRefused === true;

  function chooseLimit(value: number | string): void {
    const { tokenLimit: _before, ...others } = choices;
    onChoose(typeof value === 'number' && value >= 16 ? { ...others, tokenLimit: value } : others);
  }

  function chooseRefused(isLeftOut: boolean): void {
    const { leaveOutRefused: _before, ...others } = choices;
    onChoose(isLeftOut ? { ...others, leaveOutRefused: true } : others);
  }

  const kept =
    rows === 0
      ? t('transfer.check.noRows')
      : rowsKept === rows
        ? t('transfer.check.allKept', { count: rows })
        : t('transfer.check.kept', { kept: rowsKept.toLocaleString(), rows: rows.toLocaleString() });
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap="md" className={classes.head}>
        <div>
          <Text size="sm" fw={600}>
            {kept}
          </Text>
          <Text size="xs" c="dimmed">
            {trainer ?? t('transfer.check.noTrainer')}
          </Text>
        </div>
        {tokenLimit !== null && (
          <NumberInput
            key={tokenLimit.setting}
            size="xs"
            w={130}
            label={t('transfer.check.limit')}
            title={t('transfer.check.limitOf', { setting: tokenLimit.setting })}
            placeholder={String(tokenLimit.tokens)}
            min={16}
            max={10_000_000}
            allowDecimal={false}
            clampBehavior="strict"
            hideControls
            onChange={chooseLimit}
          />
        )}
      </Group>
      {(leavesOut || rowsRefused > 0) && (
        <Switch
          size="xs"
          p="md"
          pb={0}
          label={t('transfer.check.leaveOutRefused')}
          checked={leavesOut}
          onChange={({ currentTarget }) => chooseRefused(currentTarget.checked)}
        />
      )}
      {findings.length === 0 && rows > 0 && (
        <Text size="sm" c="dimmed" p="md">
          {t('transfer.check.clean')}
        </Text>
      )}
      {findings.map((finding) => (
        <Finding key={`${finding.severity} ${finding.rule}`} finding={finding} />
      ))}
    </>
  );
}

function Finding({ finding: { severity, title, count, places } }: { readonly finding: CheckFinding }) {
  const { t } = useTranslation();
  const wording = useWording();
  const shown = places.slice(0, SHOWN_PLACES);
  return (
    <section className={classes.finding}>
      <Group gap="xs" wrap="nowrap">
        <Badge color={COLOURS[severity]} variant="light" size="sm" className={classes.severity}>
          {t(`transfer.check.severity.${severity}`)}
        </Badge>
        <Text size="sm" fw={500}>
          {wording(title)}
        </Text>
        <Text size="xs" c="dimmed" ml="auto">
          {count.toLocaleString()}
        </Text>
      </Group>
      <ul className={classes.places}>
        {shown.map(({ where, reason }, index) => (
          // Two things may be found in one place: only the place in the list distinguishes them.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            {where !== '' && <span className={classes.where}>{where}</span>}
            <span>{wording(reason)}</span>
          </li>
        ))}
      </ul>
      {count > shown.length && (
        <Text size="xs" c="dimmed" className={classes.more}>
          {t('common.andMore', { count: count - shown.length })}
        </Text>
      )}
    </section>
  );
}
