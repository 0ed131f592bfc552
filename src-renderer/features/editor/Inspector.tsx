import { Tabs } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useTexts } from '../../api/queries.ts';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { activeShot } from '../../editing/editor-store.ts';
import { CaptionBox } from '../captions/CaptionBox.tsx';
import { NarrationCaption } from '../captions/NarrationCaption.tsx';
import { SaveMark } from '../captions/SaveMark.tsx';
import { StaleNotice } from '../captions/StaleNotice.tsx';
import { StreamingCard } from '../captions/StreamingCard.tsx';
import { VisualCaption } from '../captions/VisualCaption.tsx';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { ShotScreenText } from '../screen-text/ShotScreenText.tsx';
import { ShotHeader } from '../shots/ShotHeader.tsx';
import { summaryPlace, SummaryPanel } from '../summary/SummaryPanel.tsx';
import { ShotSpeech } from '../transcript/ShotSpeech.tsx';
import classes from './editor.module.css';
import { JobLine } from './JobLine.tsx';

/** The right side: everything about the active shot, and the story of the whole video. */
export function Inspector() {
  const { t } = useTranslation();
  const { store } = useEditorSession();
  const tab = useEditor((state) => state.inspectorTab);
  return (
    <aside className={classes.inspector} aria-label={t('editor.inspector.title')}>
      <Tabs
        className={classes.tabs ?? ''}
        value={tab}
        onChange={(value) => store.actions.showTab(value === 'summary' ? 'summary' : 'shot')}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="shot">{t('editor.inspector.shot')}</Tabs.Tab>
          <Tabs.Tab value="summary">{t('editor.inspector.summary')}</Tabs.Tab>
        </Tabs.List>
        <JobLine kinds={['read-text', 'transcribe', 'caption', 'summarise']} />
        <Tabs.Panel value="shot" className={classes.tabPanel ?? ''}>
          <ShotPanel />
        </Tabs.Panel>
        <Tabs.Panel value="summary" className={classes.tabPanel ?? ''}>
          <Summary />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

function ShotPanel() {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const shot = useEditor(activeShot);
  const index = useEditor((state) => state.activeIndex);
  const selected = useEditor((state) => state.selection.length);
  const texts = useTexts(video.id).data;
  const ofShot = useMemo(() => texts?.filter((text) => text.shotId === shot?.id && text.isCurrent) ?? [], [texts, shot?.id]);
  if (shot === undefined) return <p className={classes.hint}>{t('editor.inspector.noShot')}</p>;
  return (
    <div className={classes.sections}>
      <ShotHeader shot={shot} index={index} />
      {selected > 1 && <p className={classes.hint}>{t('editor.inspector.selected', { count: selected })}</p>}
      <VisualCaption shot={shot} revision={ofShot.find((text) => text.kind === 'visual')} />
      <NarrationCaption shot={shot} revision={ofShot.find((text) => text.kind === 'narration')} />
      <ShotSpeech shot={shot} />
      <ShotScreenText shot={shot} />
    </div>
  );
}

function Summary() {
  const { t } = useTranslation();
  const generate = useCommandFace('summary.generate');
  const box = (revision: Revision | undefined) => (
    <div>
      <CaptionBox
        place={summaryPlace}
        revision={revision}
        label={t('editor.summary.title')}
        placeholder={t('editor.summary.placeholder')}
        minRows={8}
      />
      <SaveMark place={summaryPlace} />
    </div>
  );
  const notices = (revision: Revision | undefined) => (
    <>
      <StreamingCard place={summaryPlace} />
      <StaleNotice revision={revision} onRegenerate={generate.run} />
    </>
  );
  return <SummaryPanel editor={box} notices={notices} />;
}
