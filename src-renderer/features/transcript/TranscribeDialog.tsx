import { Button, Checkbox, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultSettings } from '#shared/contract/views.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { type AudioTrack, preferredTrack } from '#shared/domain/video.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useEngines, useSettings, useTranscript, useVideo } from '../../api/queries.ts';
import { LanguageSelect } from './LanguageSelect.tsx';
import { languageName } from './speech-languages.ts';
import { useWording } from '../../i18n/use-wording.ts';

interface TranscribeDialogProps {
  readonly videoId: VideoId;
  readonly onClose: () => void;
}

/** Which track is transcribed, and in which language. */
export function TranscribeDialog({ videoId, onClose }: TranscribeDialogProps) {
  const { t } = useTranslation();
  const video = useVideo(videoId).data;
  const tracks = video?.probe?.audioTracks ?? [];
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('editor.speech.transcribeTitle')}
      size={460}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {tracks.length === 0 ? (
        <Text>{t('editor.speech.noAudio')}</Text>
      ) : (
        <TranscribeForm videoId={videoId} onClose={onClose} tracks={tracks} />
      )}
    </Modal>
  );
}

function TranscribeForm({ videoId, onClose, tracks }: TranscribeDialogProps & { readonly tracks: readonly AudioTrack[] }) {
  const { t } = useTranslation();
  const wording = useWording();
  const settings = useSettings().data ?? defaultSettings;
  const engine = useEngines().data?.find(({ id }) => id === settings.transcriberId);
  const trackName = useTrackName();
  const kept = (useTranscript(videoId).data ?? []).filter((segment) => segment.origin !== 'speech-recognition').length;
  const enqueue = useCoreMutation('jobs', 'enqueue');
  const [track, setTrack] = useState(preferredTrack(tracks) ?? 0);
  const [language, setLanguage] = useState(settings.speechLanguage);
  const [replaceAll, setReplaceAll] = useState(false);

  function start(): void {
    enqueue.mutate({ requests: [{ kind: 'transcribe', videoId, track, language, replaceAll }] }, { onSuccess: onClose });
  }

  return (
    <Stack gap="md">
      {tracks.length > 1 && (
        <Select
          label={t('editor.speech.track')}
          data={tracks.map((each, index) => ({ value: String(index), label: trackName(each, index), disabled: !each.isReadable }))}
          value={String(track)}
          onChange={(value) => value !== null && setTrack(Number(value))}
          allowDeselect={false}
        />
      )}
      <LanguageSelect value={language} onChange={setLanguage} />
      {kept > 0 && (
        <Checkbox
          label={t('editor.speech.replaceAll')}
          description={t('editor.speech.replaceAllText', { count: kept })}
          checked={replaceAll}
          onChange={(event) => setReplaceAll(event.currentTarget.checked)}
        />
      )}
      <Text size="xs" c={engine?.problem ? 'var(--bad-text)' : 'dimmed'}>
        {engine?.problem ? wording(engine.problem) : t('editor.speech.engine', { title: engine?.title ?? settings.transcriberId })}
      </Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={start} loading={enqueue.isPending} disabled={engine !== undefined && engine.problem !== null} data-autofocus>
          {t('editor.speech.transcribe')}
        </Button>
      </Group>
    </Stack>
  );
}

/** `2 · German · Commentary`. */
function useTrackName(): (track: AudioTrack, index: number) => string {
  const { t, i18n } = useTranslation();
  return ({ language, title, channels }, index) => {
    const spoken = language === null || language === 'und' ? null : languageName(language, i18n.language);
    return [String(index + 1), spoken, title, t('editor.speech.channels', { count: channels })]
      .filter((part) => part !== null && part !== '')
      .join(' · ');
  };
}
