import { Button, EmptyState, Text, Title } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelInfo } from '#shared/contract/views.ts';
import { useModelDownloads, useModels } from '../../api/queries.ts';
import { QueryState } from '../../components/QueryState.tsx';
import pageClasses from '../../components/Page.module.css';
import { modelSections, sortModels, type ModelSection, type ModelsView } from './models-view.ts';
import { ModelCard } from './ModelCard.tsx';
import classes from './ModelsPage.module.css';
import { ModelsToolbar } from './ModelsToolbar.tsx';

const SHOW_ALL: ModelsView = { role: 'all', text: '' };

/** Which models there are and can be had: download, try, use, take away. */
export function ModelsPage() {
  const [view, setView] = useState(SHOW_ALL);
  const models = useModels();
  return (
    <div className={pageClasses.page}>
      <div className={`${pageClasses.column} ${classes.column}`}>
        <ModelsToolbar view={view} onView={setView} />
        {models.data === undefined ? (
          <QueryState query={models} />
        ) : (
          <Sections models={models.data} view={view} onReset={() => setView(SHOW_ALL)} />
        )}
      </div>
    </div>
  );
}

interface SectionsProps {
  readonly models: readonly ModelInfo[];
  readonly view: ModelsView;
  readonly onReset: () => void;
}

function Sections({ models, view, onReset }: SectionsProps) {
  const { t } = useTranslation();
  const sections = sortModels(models, view);
  const shown = modelSections.filter((name) => sections[name].length > 0 || (name === 'folders' && view === SHOW_ALL));
  if (modelSections.every((name) => sections[name].length === 0)) {
    return (
      <EmptyState
        mt="xl"
        icon={<IconSearchOff stroke={1.5} aria-hidden />}
        title={t('models.noMatch.title')}
        description={t('models.noMatch.text')}
      >
        <Button variant="default" onClick={onReset}>
          {t('models.noMatch.reset')}
        </Button>
      </EmptyState>
    );
  }
  return shown.map((name) => <Section key={name} name={name} models={sections[name]} />);
}

function Section({ name, models }: { readonly name: ModelSection; readonly models: readonly ModelInfo[] }) {
  const { t } = useTranslation();
  const downloads = useModelDownloads().data ?? [];
  return (
    <section className={classes.section} aria-labelledby={`models-${name}`}>
      <header>
        <Title order={2} id={`models-${name}`}>
          {t(`models.sections.${name}`)} {models.length > 0 && <span className={classes.count}>{models.length}</span>}
        </Title>
        <Text size="xs" c="dimmed">
          {models.length === 0 ? t('models.noFolders') : t(`models.sectionTexts.${name}`)}
        </Text>
      </header>
      {models.length > 0 && (
        <ul className={classes.cards}>
          {models.map((model) => (
            <ModelCard key={model.id} model={model} download={downloads.find(({ modelId }) => modelId === model.id) ?? null} />
          ))}
        </ul>
      )}
    </section>
  );
}
