import { ActionIcon, Badge, Button, Menu } from '@mantine/core';
import { IconCut, IconDots, IconFileImport, IconMicrophone } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Shot } from '#shared/domain/shot.ts';
import type { TranscriptSegment } from '#shared/domain/transcript.ts';
import { frameToUs, usToFrame } from '#shared/domain/time.ts';
import { useTranscript } from '../../api/queries.ts';
import { useLongList } from '../../components/use-long-list.tsx';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { languageName } from './speech-languages.ts';
import { SpeechSegment } from './SpeechSegment.tsx';
import classes from './transcript.module.css';

const SHOWN = { first: 100, step: 100 };

/** What is said during a shot: each segment that is spoken in it, whole, also where it begins or ends in a neighbour. */
export function ShotSpeech({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  const { video, clock, store } = useEditorSession();
  const segments = useTranscript(video.id).data;
  const spoken = useMemo(() => {
    const [startUs, endUs] = [frameToUs(clock, shot.startFrame), frameToUs(clock, shot.endFrame)];
    return (segments ?? []).filter((segment) => isSpokenIn(segment, startUs, endUs));
  }, [segments, clock, shot.startFrame, shot.endFrame]);

  const { shown, more } = useLongList(spoken, SHOWN);

  return (
    <section className={classes.section} aria-label={t('editor.speech.title')}>
      <div className={classes.head}>
        <h3 className={classes.title}>{t('editor.speech.title')}</h3>
        <SpokenLanguage segments={segments ?? []} />
        <SpeechMenu />
      </div>
      {segments?.length === 0 && (
        <div className={classes.empty}>
          <p className={classes.hint}>{t('editor.speech.noTranscript')}</p>
          <TranscribeButton />
        </div>
      )}
      {segments !== undefined && segments.length > 0 && spoken.length === 0 && <p className={classes.hint}>{t('editor.speech.none')}</p>}
      {shown.map((segment) => (
        <SpeechSegment key={segment.id} segment={segment} onSeek={(timeUs) => store.actions.seek(usToFrame(clock, timeUs))} />
      ))}
      {more}
    </section>
  );
}

function TranscribeButton() {
  const { isEnabled, label, refusal, run } = useCommandFace('speech.transcribe');
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconMicrophone size={14} />}
      disabled={!isEnabled}
      title={refusal}
      onClick={run}
      w="fit-content"
    >
      {label}
    </Button>
  );
}

/** By the words where they have times, else by the middle, as `speechBetween` counts. */
function isSpokenIn(segment: TranscriptSegment, startUs: number, endUs: number): boolean {
  const pieces = segment.words.length > 0 ? segment.words : [segment];
  return pieces.some((piece) => {
    const middleUs = (piece.startUs + piece.endUs) / 2;
    return middleUs >= startUs && middleUs < endUs;
  });
}

/** The language that most of the transcript is in, where it is known. */
function SpokenLanguage({ segments }: { readonly segments: readonly TranscriptSegment[] }) {
  const { i18n } = useTranslation();
  const language = segments.findLast((segment) => segment.language !== null)?.language;
  if (language === undefined || language === null) return null;
  return (
    <Badge variant="light" color="gray" size="sm">
      {languageName(language, i18n.language)}
    </Badge>
  );
}

function SpeechMenu() {
  const { t } = useTranslation();
  const transcribe = useCommandFace('speech.transcribe');
  const importFile = useCommandFace('speech.import');
  const importCuts = useCommandFace('shots.import');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('editor.speech.menu')}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconMicrophone size={15} />}
          disabled={!transcribe.isEnabled}
          title={transcribe.refusal}
          onClick={transcribe.run}
        >
          {transcribe.label}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileImport size={15} />}
          disabled={!importFile.isEnabled}
          title={importFile.refusal}
          onClick={importFile.run}
        >
          {importFile.label}
        </Menu.Item>
        <Menu.Item leftSection={<IconCut size={15} />} disabled={!importCuts.isEnabled} title={importCuts.refusal} onClick={importCuts.run}>
          {importCuts.label}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
