import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plain } from '#shared/words/words.ts';
import { JobId, type VideoId } from '#shared/domain/ids.ts';
import { dataSetProject } from '../../helpers/data-set-project.ts';
import { joinAs } from '../../helpers/test-core.ts';
import { detectionRun } from '../../helpers/detection-run.ts';

const record = (name: string, changes: object = {}) => ({
  video: `${name}.mp4`,
  video_names: [`${name}_0_11.mp4`, `${name}_12_24.mp4`],
  captions: ['One.', 'Two.'],
  whole_caption: 'Both.',
  ...changes,
});
const setOf = (...names: readonly string[]) => ({
  format: 'shot2story',
  content: JSON.stringify(names.map((name) => record(name))),
  media: 'media',
});

const PROVENANCE = { engine: 'nano', model: '', modelSha256: '', prompt: '', frames: [], options: {}, device: null, durationMs: 1 };

/** A project to which these videos were added, measured, cut by a detector and captioned by a model. */
async function withVideos(...added: readonly string[]) {
  const project = await dataSetProject();
  const { videos, jobs, detection, shots, texts } = project.core.services;
  await project.makeVideos(Object.fromEntries(added.map((name) => [`media/${name}.mp4`, 25])));
  const { added: videoIds } = await videos.addFiles(
    added.map((name) => project.at(`media/${name}.mp4`)),
    'ann',
  );
  jobs.enqueueUnmeasured(videoIds, 'ann');
  await jobs.idle();
  for (const videoId of videoIds) {
    const cut = new Float32Array(25);
    cut[10] = 1;
    const run = detection.saveRun({ ...detectionRun(videoId), curve: { cut, transition: null } });
    detection.apply(run.id, run.threshold, { actor: 'ann' });
    for (const shot of shots.list(videoId))
      texts.addModelRevision({
        videoId,
        shotId: shot.id,
        kind: 'visual',
        text: 'A model says this.',
        actor: 'ann',
        label: plain('Caption shots'),
        jobId: JobId.parse('job-1'),
        meanLogProb: null,
        links: [],
        provenance: PROVENANCE,
      });
  }
  const idOf = (name: string): VideoId => {
    const found = videos.list().find((video) => video.name === `${name}.mp4`);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found.id;
  };
  return {
    ...project,
    idOf,
    names: (): string[] => videos.list().map(({ name }) => name),
    shots,
    texts,
    detection,
    history: project.core.services.history,
  };
}

describe('a video that nobody has worked on', () => {
  it('gives way to the annotated one of its file, which is said before and after, and undo brings it back', async () => {
    const { importSet, preview, content, names, result, history } = await withVideos('walk', 'run', 'swim');
    const before = content();
    expect(before[0]).toMatchObject({
      shots: [
        [0, 9, 'A model says this.'],
        [10, 24, 'A model says this.'],
      ],
    });
    const set = setOf('walk', 'run', 'swim', 'jump');
    expect(await preview(set)).toMatchObject({
      videos: 4,
      gaveWay: 3,
      givingWay: ['walk.mp4', 'run.mp4', 'swim.mp4'],
      alreadyThere: 0,
      missing: ['jump.mp4'],
      notes: [],
    });
    expect(content()).toEqual(before);
    expect(result(await importSet(set))).toMatchObject({ videos: 4, gaveWay: 3, missing: ['jump.mp4'], notes: [] });
    expect(names()).toEqual(['walk.mp4', 'run.mp4', 'swim.mp4', 'jump.mp4']);
    expect(content()[0]).toMatchObject({
      state: 'ok',
      shots: [
        [0, 11, 'One.'],
        [12, 24, 'Two.'],
      ],
      summary: 'Both.',
    });
    const after = content();
    history.undo('ann');
    expect(content()).toEqual(before);
    history.redo('ann');
    expect(content()).toEqual(after);
  });

  it('is known by what is in its file, wherever a copy of that lies', async () => {
    const { importSet, preview, names, at, result } = await withVideos('walk');
    mkdirSync(at('copies'));
    copyFileSync(at('media/walk.mp4'), at('copies/walk.mp4'));
    const set = { ...setOf('walk'), media: 'copies' };
    expect(await preview(set)).toMatchObject({ gaveWay: 1, givingWay: ['walk.mp4'] });
    expect(result(await importSet(set))).toMatchObject({ gaveWay: 1 });
    expect(names()).toEqual(['walk.mp4']);
  });

  it('gives way once, where two records have its file', async () => {
    const { importSet, preview, names, result } = await withVideos('walk');
    const set = setOf('walk', 'walk');
    expect(await preview(set)).toMatchObject({ gaveWay: 1, givingWay: ['walk.mp4'] });
    expect(result(await importSet(set))).toMatchObject({
      videos: 2,
      gaveWay: 1,
      notes: [expect.stringContaining('another record of this video')],
    });
    expect(names()).toEqual(['walk.mp4', 'walk.mp4']);
  });

  it('has its waiting jobs ended, which go on where undo brings it back', async () => {
    const { importSet, idOf, jobs, history } = await withVideos('walk');
    const videoId = idOf('walk');
    const asked = jobs.enqueue(
      Array.from({ length: 60 }, () => ({ kind: 'detect' as const, videoId, detectorId: 'adaptive' })),
      false,
      'ann',
    );
    const states = () => new Set(asked.map((id) => jobs.get(id).state));
    await importSet(setOf('walk'));
    expect(states()).toContain('cancelled');
    expect(states()).not.toContain('queued');
    history.undo('ann');
    await expect.poll(states, { timeout: 10_000 }).not.toContain('cancelled');
    await jobs.idle();
    expect(states()).toEqual(new Set(['done']));
  });

  it('stays where an import of all or nothing brings nothing', async () => {
    const { importSet, content } = await withVideos('walk');
    const before = content();
    const job = await importSet({
      ...setOf('walk'),
      content: JSON.stringify([record('walk'), record('run', { captions: [] })]),
      isAllOrNothing: true,
    });
    expect(job.state).toBe('failed');
    expect(content()).toEqual(before);
  });

  it('stays where the file is not that of the record', async () => {
    const { importSet, names, result } = await withVideos('walk');
    const far = record('walk', { video_names: ['walk_0_99.mp4', 'walk_100_199.mp4'] });
    expect(result(await importSet({ ...setOf(), content: JSON.stringify([far]) }))).toMatchObject({ gaveWay: 0, missing: ['walk.mp4'] });
    expect(names()).toEqual(['walk.mp4', 'walk.mp4']);
  });
});

describe('a video that somebody has worked on', () => {
  type Project = Awaited<ReturnType<typeof withVideos>>;
  const first = ({ shots, idOf }: Project) => shots.list(idOf('walk'))[0]?.id ?? never();
  const draft = ({ texts, idOf }: Project) => texts.current(idOf('walk'))[0]?.id ?? never();

  it.each<[string, (project: Project) => void]>([
    [
      'wrote a text of',
      (project) =>
        void project.texts.edit({ videoId: project.idOf('walk'), shotId: first(project), kind: 'visual' }, 'A man walks.', 'bea'),
    ],
    ['accepted a text of', (project) => void project.texts.setStatus([draft(project)], 'accepted', 'bea')],
    ['rejected a text of', (project) => void project.texts.setStatus([draft(project)], 'rejected', 'bea')],
    ['set a cut in', (project) => void project.shots.split(project.idOf('walk'), { frame: 5 }, 'bea')],
    [
      'took a cut out of',
      (project) =>
        void project.shots.merge(
          project.idOf('walk'),
          project.shots.list(project.idOf('walk')).map(({ id }) => id),
          'bea',
        ),
    ],
    [
      'locked a cut of',
      (project) => void project.shots.setLocked(project.idOf('walk'), { shotIds: [first(project)], locked: true }, 'bea'),
    ],
    [
      'chose a threshold for',
      (project) => {
        const [run] = project.detection.runs(project.idOf('walk'));
        if (run !== undefined) project.detection.apply(run.id, 0.9, { actor: 'bea' });
      },
    ],
    ['chose a split for', (project) => project.videos.setSplit([project.idOf('walk')], 'val', 'bea')],
  ])('stays beside the annotated one, and is named: somebody %s it', async (_what, work) => {
    const project = await withVideos('walk', 'run');
    work(project);
    const note = 'walk.mp4: the project has its file already as “walk.mp4”, and somebody has worked on that: both stand';
    const set = setOf('walk', 'run');
    expect(await project.preview(set)).toMatchObject({ gaveWay: 1, givingWay: ['run.mp4'], known: ['walk.mp4'], notes: [note] });
    expect(project.result(await project.importSet(set))).toMatchObject({ gaveWay: 1, notes: [note] });
    expect(project.names().toSorted()).toEqual(['run.mp4', 'walk.mp4', 'walk.mp4']);
  });
});

it('a video that nobody has worked on stays where an annotator imports and somebody else has added it, for only owners take videos out', async () => {
  const project = await withVideos('walk', 'run');
  const ben = await joinAs(project.core, 'annotator', 'Ben');
  const { videos, jobs } = project.core.services;
  await project.makeVideos({ 'media/jump.mp4': 31, 'media/swim.mp4': 30 });
  const { added } = await videos.addFiles([project.at('media/swim.mp4')], 'Ben');
  jobs.enqueueUnmeasured(added, 'ann');
  await jobs.idle();
  const set = setOf('walk', 'swim');
  writeFileSync(project.at('set.json'), set.content);
  const { grantId } = await project.core.files.grantPath(project.at('set.json'));
  const media = { mediaGrantId: (await project.core.files.grantPath(project.at('media'))).grantId };
  const ask = { formatId: set.format, grantId, options: {}, ...media };
  expect(await ben.api.transfer.importPreview(ask)).toMatchObject({ gaveWay: 1, givingWay: ['swim.mp4'] });
  await ben.api.jobs.enqueue({ requests: [{ kind: 'import-dataset', ...ask }] });
  await jobs.idle();
  expect(project.names()).toEqual(['walk.mp4', 'run.mp4', 'walk.mp4', 'swim.mp4']);
  const job = jobs.list().findLast(({ kind }) => kind === 'import-dataset');
  expect(job?.result).toMatchObject({
    gaveWay: 1,
    notes: expect.arrayContaining([
      'walk.mp4: the project has its file already as “walk.mp4”, and somebody else has added that: both stand',
    ]),
  });
});

function never(): never {
  throw new Error('there is none');
}
