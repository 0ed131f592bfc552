import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { dryRead } from '#core/exchange/imports/dry-run.ts';
import { createFileSeal } from '#core/exchange/imports/file-seal.ts';
import type { DatasetImportCounts, ImportTally, SavedImport } from '#core/exchange/imports/import-tally.ts';
import type { OpenedDataSet } from '#core/exchange/imports/open-data-set.ts';
import { groupOf } from '#core/exchange/imports/store-records.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { isStudioEnding } from '#core/jobs/stop-reason.ts';
import type { HistoryService } from '#core/project/history/history-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** How much of the work the first reading is, in which nothing is written. */
const FIRST_READING = 0.3;

/**
 * An import that brings everything or nothing. The data set is read to its end first, and nothing is written where a record cannot be used. Then it is imported; each part of the
 * file is compared with what was read at first before anything is made of it. What was imported by then is taken back if the file changed, the project does not take a record, or somebody
 * stops the import. A studio that ends in the middle goes on with it at its next start.
 */
export function createAllOrNothing(
  { history }: { readonly history: Pick<HistoryService, 'takeBack'> },
  context: Pick<JobContext, 'jobId' | 'actor' | 'signal' | 'progress' | 'checkpoint' | 'soFar'>,
  opened: OpenedDataSet,
) {
  const seal = createFileSeal();

  function sayNothingCame(counts: DatasetImportCounts): void {
    const none = { videos: 0, shots: 0, texts: 0, missingFiles: 0, missing: [], gaveWay: 0, notes: [] };
    context.soFar({ ...counts, ...none, licenceNote: opened.importer.licenceNote });
  }

  /** Of the steps of history that the records share, the last first. */
  function takeBack(parts: number): void {
    for (let part = parts; part >= 1; part--) history.takeBack(context.actor, groupOf(context, part));
    context.checkpoint(null);
  }

  function refusal({ refusedRecords, refused }: DatasetImportCounts): AppError {
    const [first = { where: '', reason: '' }] = refused;
    return new AppError('invalid-input', words('exchange.notAllUsable', { count: refusedRecords, ...first }));
  }

  return {
    /**
     * @param saved what an earlier run left in the project
     * @throws AppError `invalid-input` with the first record that cannot be used, or what is wrong with the file
     */
    async readFirst(saved: SavedImport | null): Promise<void> {
      const { counts, broken } = await dryRead(opened, {
        signal: context.signal,
        onFraction: (fraction) => context.progress('read', fraction * FIRST_READING),
        through: seal.first,
      });
      const isOther = saved !== null && saved.digest !== seal.digest();
      const problem = broken ?? (counts.refusedRecords > 0 ? refusal(counts) : isOther ? seal.changed() : null);
      if (problem === null) return;
      if (saved !== null) takeBack(saved.part?.number ?? 1);
      sayNothingCame(counts);
      throw broken === null ? problem : withNothingChanged(problem);
    },

    takeBack,

    digest: seal.digest,
    through: seal.again,
    onFraction: (fraction: number): void => context.progress('read', FIRST_READING + fraction * (1 - FIRST_READING)),

    /** @throws AppError `invalid-input` where the project did not take a record */
    requireNoneRefused(tally: ImportTally): void {
      if (tally.refusedCount() > 0) throw refusal(tally.result());
    },

    /** Takes back what was imported, unless the import goes on later by itself. Returns what is to be said of the end. */
    takenBack(error: unknown, tally: ImportTally): unknown {
      if (isStudioEnding(context.signal) || storageTrouble(error) !== null) return error;
      try {
        takeBack(tally.parts());
      } catch (left) {
        if (!(left instanceof AppError)) throw left;
        context.soFar({ ...tally.result(), licenceNote: opened.importer.licenceNote });
        return new AppError('conflict', words('exchange.notTakenBack', { problem: left.words }), { cause: error });
      }
      sayNothingCame(tally.result());
      return error instanceof AppError && error.code === 'invalid-input' && error.words.key !== 'exchange.notAllUsable'
        ? withNothingChanged(error)
        : error;
    },
  };
}

function withNothingChanged(error: AppError): AppError {
  return new AppError(
    'invalid-input',
    words('exchange.importStopped', { problem: error.words, stayed: words('exchange.nothingChanged') }),
    { cause: error },
  );
}
