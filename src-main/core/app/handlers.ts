import type { CallContext, Handlers, LookingContext } from '#shared/contract/define.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Procedures } from '#shared/contract/procedures.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import type { CoreServices } from './create-services.ts';
import { beginLook } from '#core/base/look.ts';
import { waitAtMost } from '#core/base/wait-at-most.ts';
import { formatInfos } from '#core/exchange/formats/registry.ts';

/** A person waits for the jobs of videos that are there. */
const LOCATING_MS = 60_000;

/** One implementation per procedure of the contract. */
export function createHandlers(services: CoreServices): Handlers<Procedures> {
  const {
    settings,
    people,
    projects,
    sample,
    videos,
    shots,
    detection,
    texts,
    transcripts,
    screenText,
    history,
    jobs,
    models,
    endpoints,
    search,
  } = services;
  /** Notifies everybody else that the project was switched. */
  async function switching<T>({ caller, actor }: CallContext, work: () => Promise<T>): Promise<T> {
    const before = projects.current()?.ref;
    const result = await work();
    const now = projects.current();
    if (now?.ref !== before)
      services.events.emit('projectSwitched', {
        name: now?.name ?? null,
        by: caller?.personId ?? null,
        byName: actor === '' ? null : actor,
      });
    return result;
  }

  /** What a command found out is written to the project that was open when it looked. */
  function here({ inTurn }: LookingContext): LookingContext['inTurn'] {
    const { ref } = projects.access.session();
    return (write) =>
      inTurn(() => {
        if (projects.access.session().ref !== ref) throw new AppError('conflict', words('app.otherProjectOpened'));
        return write();
      });
  }

  /** Annotators steer the jobs that they asked for. */
  function own(jobIds: readonly JobId[], { caller, actor }: CallContext): readonly JobId[] {
    if (caller?.role === 'annotator' && jobIds.some((jobId) => jobs.get(jobId).actor !== actor))
      throw new AppError('forbidden', words('app.notYourJob'));
    return jobIds;
  }

  return {
    system: { info: () => services.systemInfo() },
    settings: {
      get: (_nothing, { caller }) => people.settingsOf(caller),
      update(patch, { caller }) {
        settings.update(withoutUndefined(patch));
        return people.settingsOf(caller);
      },
      personalise: (patch, { caller }) => people.personalise(caller, withoutUndefined(patch)),
    },
    people: {
      me: (_nothing, { caller }) => people.me(caller),
      introduce: (given, { caller }) => people.introduce(caller, { ...withoutUndefined(given), name: given.name }),
      list: () => people.list(),
      end: ({ personId }) => done(people.end(personId)),
    },
    projects: {
      current: () => projects.current(),
      recent: () => projects.recent(),
      create: ({ name, locationGrantId }, context) => switching(context, () => projects.create(name, locationGrantId)),
      open: (which, context) =>
        switching(context, () => ('ref' in which ? projects.openRecent(which.ref, which.readOnly) : projects.openGranted(which.grantId))),
      backups: ({ ref }) => projects.backups(ref),
      backUp: () => projects.backUp(),
      restore: ({ ref, backupId }, context) => switching(context, () => projects.restore(ref, backupId)),
      openSample: (_nothing, context) => switching(context, () => sample.open()),
      close: (_nothing, context) => switching(context, async () => done(await projects.close())),
      forget: ({ ref }) => {
        projects.forget(ref);
        return {};
      },
    },
    videos: {
      list: ({ mark }) => services.videoList.since(mark),
      artwork: ({ videoId }) => services.artwork(videoId),
      async add({ grantIds }, context) {
        const { actor, signal, caller } = context;
        const write = here(context);
        const add = await videos.lookForAdding(grantIds, signal, caller?.role);
        return write(() => {
          const { added, found, alreadyThere, refused } = add(actor);
          jobs.enqueueAdded(added, actor);
          jobs.enqueueUnmeasured(found, actor);
          return { added, alreadyThere, refused };
        });
      },
      remove: ({ videoIds }, { actor }) => {
        videos.remove(videoIds, actor);
        return {};
      },
      async relink({ videoId, grantId, insists }, context) {
        const { actor, signal, caller } = context;
        if (insists && caller?.role === 'annotator') throw new AppError('forbidden', words('app.notYoursToReplace'));
        const write = here(context);
        const relink = await videos.lookForRelink({ videoId, grantId, insists, ...(caller && { role: caller.role }) }, signal);
        return write(() => {
          relink(actor);
          jobs.enqueueUnmeasured([videoId], actor);
          return {};
        });
      },
      async relinkAll({ grantIds }, context) {
        const { actor, signal, caller } = context;
        const write = here(context);
        const relink = await videos.lookForMissing(grantIds, signal, { role: caller?.role });
        return write(() => {
          const result = relink(actor);
          jobs.enqueueUnmeasured(result.found, actor);
          return { ...result, found: result.found.length };
        });
      },
      async openWhereTheyLie(_nothing, context) {
        const write = here(context);
        await write(videos.chooseWhereTheyLie);
        // Those of a disk that does not answer are looked for again now and then.
        await waitAtMost(LOCATING_MS, videos.locateFiles(context.signal).catch(unlessStorage));
        return write(() => {
          jobs.enqueueUnmeasured([...videos.ids()], context.actor);
          return {};
        });
      },
      divide: (ask, { actor }) => videos.divide(ask, actor),
      setSplit: ({ videoIds, split }, { actor }) => {
        videos.setSplit(videoIds, split, actor);
        return {};
      },
    },
    shots: {
      list: ({ videoId }) => shots.list(videoId),
      split: ({ videoId, ...split }, { actor }) => shots.split(videoId, split, actor),
      merge: ({ videoId, shotIds }, { actor }) => shots.merge(videoId, shotIds, actor),
      moveBoundary: ({ videoId, ...move }, { actor }) => shots.moveBoundary(videoId, move, actor),
      setLocked: ({ videoId, ...lock }, { actor }) => shots.setLocked(videoId, lock, actor),
      setTransition: ({ videoId, ...set }, { actor }) => shots.setTransition(videoId, set, actor),
      async importCuts({ videoId, grantId, replaceEdited }, context) {
        const write = here(context);
        const place = await beginLook(context.signal)((signal) => services.imports.readCuts({ videoId, grantId, signal }));
        return write(() => place({ replaceEdited, actor: context.actor }));
      },
    },
    detection: {
      runs: ({ videoId }) => detection.runs(videoId),
      preview: ({ runId, threshold }) => [...detection.preview(runId, threshold)],
      apply: ({ runId, threshold }, { actor }) => detection.apply(runId, threshold, { actor }),
    },
    texts: {
      current: ({ videoId }) => texts.current(videoId),
      revisions: ({ before, ...key }) => texts.revisions(key, before),
      edit: ({ text, isBeside, ...key }, { actor }) => (isBeside ? texts.addBeside(key, text, actor) : texts.edit(key, text, actor)),
      setStatus({ revisionIds, status, seen = [] }, { actor }) {
        texts.requireAsSeen(seen, actor);
        return texts.setStatus(revisionIds, status, actor);
      },
      choose({ revisionId, seen }, { actor }) {
        if (seen !== undefined) texts.requireAsSeen([seen], actor);
        return texts.choose(revisionId, actor);
      },
      confirmFresh({ revisionIds, seen = [] }, { actor }) {
        texts.requireAsSeen(seen, actor);
        return texts.confirmFresh(revisionIds, actor);
      },
    },
    transcripts: {
      get: ({ videoId }) => transcripts.get(videoId),
      edit({ videoId, segmentId, text, seenDigest }, { actor }) {
        if (seenDigest !== undefined) transcripts.requireAsSeen({ videoId, segmentId, text }, seenDigest);
        return transcripts.edit(videoId, segmentId, text, actor);
      },
      async importFile({ videoId, grantId, replaceEdited }, context) {
        const write = here(context);
        const place = await beginLook(context.signal)((signal) => services.imports.readSubtitles({ grantId, signal }));
        return write(() => place({ videoId, replaceEdited, actor: context.actor }));
      },
    },
    screenText: {
      get: ({ videoId }) => ({
        texts: screenText.texts(videoId),
        frames: screenText.frames(videoId).map(({ frame, backgroundDetail }) => ({ frame, backgroundDetail })),
      }),
    },
    history: {
      list: ({ limit }) => history.list(limit),
      next: (_nothing, { actor }) => history.next(actor),
      undo: (_nothing, { actor, caller }) => history.undo(actor, caller?.role),
      redo: (_nothing, { actor, caller }) => history.redo(actor, caller?.role),
    },
    jobs: {
      list: () => jobs.shown(),
      enqueue: ({ requests, chain }, { actor, caller }) => jobs.enqueue(requests, chain, actor, caller),
      cancel: async ({ jobIds }, context) => done(await jobs.cancel(own(jobIds, context))),
      pause: async ({ jobIds }, context) => done(await jobs.pause(own(jobIds, context))),
      resume: ({ jobIds }, context) => done(jobs.resume(own(jobIds, context), context.caller)),
      retry: ({ jobIds }, context) => done(jobs.retry(own(jobIds, context), context.caller)),
      remove: ({ jobIds }, context) => done(jobs.remove(own(jobIds, context))),
      clearFinished: () => done(jobs.clearFinished()),
    },
    models: {
      list: () => models.list(),
      engines: () => services.engineInfos(),
      running: () => services.runningEngines.list(),
      folder: () => ({ displayPath: models.userModelsDir }),
      downloads: () => models.downloads.list(),
      download: async ({ modelId, variantId }) => done(await models.downloads.start(modelId, variantId)),
      cancelDownload: async ({ modelId }) => done(await models.downloads.cancel(modelId)),
      discardDownload: async ({ modelId }) => done(await models.downloads.discard(modelId)),
      remove: async ({ modelId }) => done(await models.remove(modelId)),
      testPicture: ({ modelId }, { signal }) => services.testRuns.picture(modelId, signal),
      testRun: ({ modelId }, { signal }) => services.testRuns.run(modelId, signal),
      async addFolder({ grantId }, { inTurn, signal }) {
        const add = await beginLook(signal)(() => models.lookAtFolder(grantId));
        return { modelId: await inTurn(add) };
      },
    },
    endpoints: {
      list: () => endpoints.view(),
      save: ({ endpoint, key }) => endpoints.save(endpoint, key),
      remove: ({ id }) => endpoints.remove(id),
      test: ({ endpoint, key }, { signal }) => endpoints.test(endpoint, key, signal),
    },
    transfer: {
      formats: () => formatInfos(),
      preview: (ask, { signal }) => services.exports.preview(ask, signal),
      importPreview: (ask, { signal, caller, actor }) =>
        services.imports.preview(ask, { sender: caller?.personId ?? null, role: caller?.role ?? 'owner', actor }, signal),
      trainerView: ({ offset, count, ...ask }, { signal }) => services.exports.trainerView(ask, { offset, count }, signal),
    },
    search: { text: ({ query, limit }) => search.text(query, limit) },
  };
}

/** What was chosen is stored; where a full disk takes no note of what lies there, it is looked for again by itself. */
function unlessStorage(error: unknown): void {
  if (storageTrouble(error) === null) throw error;
}

/** A key that the client left out must not overwrite what is there. */
function withoutUndefined<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The answer of procedures that have nothing to say but that they are done. */
function done(_result: void): Record<string, never> {
  return {};
}
