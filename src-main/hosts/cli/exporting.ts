import { existsSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { findExporter } from '#core/exchange/formats/registry.ts';
import { type ExportManifest, type ExportTarget, WITHOUT_CLIP } from '#core/exchange/exports/write-export.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { AppError } from '#shared/contract/errors.ts';
import { personUmaskFrom } from '../common/private-files.ts';
import { type OutputPlace, outputPlace } from './given-paths.ts';
import { createPacedProgress } from './progress-line.ts';
import { counted } from './report.ts';
import { printNote } from './terminal.ts';

export interface ExportFile extends Partial<Pick<OutputPlace, 'isFolder'>> {
  readonly formatId: string;
  readonly file: string;
}

/** Of commands that write rows for trainers. */
export const LEAVE_OUT_REFUSED = ['--leave-out-refused', 'leave rows out that the check refuses, see validate', false] as const;

/** Parses `FORMAT=FILE` into a growing list, as commander calls it for a repeatable option. */
export function collectTarget(value: string, before: readonly ExportFile[] = []): ExportFile[] {
  const at = value.indexOf('=');
  if (at <= 0 || at === value.length - 1) throw new InvalidArgumentError('Use FORMAT=FILE, e.g. llava=rows.json');
  const formatId = value.slice(0, at);
  try {
    findExporter(formatId);
  } catch (error) {
    throw error instanceof AppError ? new InvalidArgumentError(error.message) : error;
  }
  return [...before, { formatId, ...outputPlace(value.slice(at + 1)) }];
}

/** Parses `NAME=VALUE` into a growing object; a value that is JSON (`true`, `3`) is taken as such. */
export function collectOption(value: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = value.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('Use NAME=VALUE, e.g. texts=all');
  return { ...before, [value.slice(0, at)]: jsonOrText(value.slice(at + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Words need no quotes on the command line; the format's schema still checks them.
    return text;
  }
}

/**
 * Writes one export of the open project to a file of the caller's choice, with its manifest beside it. Of a format that writes a file for
 * each video, several get the videos' names behind the chosen one: `NAME-holiday.srt` for `NAME.srt`; without an ending, it names a folder. In a folder, and of a format that fills one, all are called as the format calls them.
 */
export async function exportTo(
  core: Core,
  target: ExportFile,
  options: Readonly<Record<string, unknown>>,
  leaveOutRefused = false,
): Promise<ExportManifest> {
  const { isPerVideo, isFolder } = findExporter(target.formatId);
  const hasNoEnding = path.extname(target.file) === '' && !existsSync(target.file);
  const { dir, name, ext } = path.parse(target.file);
  const isSplit = isPerVideo === true && core.services.exports.videoCount() > 1;
  // Shards of an export keep their number: `llava_2.json` becomes `NAME_2.json`.
  const suffixOf = (file: string): string =>
    isSplit ? `-${path.parse(file).name}` : isPerVideo === true ? '' : (/_\d+(?=\.)/.exec(file)?.[0] ?? '');
  const inFolder: ExportTarget = {
    folder: target.file,
    manifestName: `${target.formatId}.manifest.json`,
    umask: personUmaskFrom(process.env),
    isChosen: true,
  };
  const asNamed: ExportTarget = {
    folder: dir,
    fileName: (file) => {
      const suffix = ext === '' ? path.extname(file) : ext;
      const behind = suffixOf(file);
      // What the caller chose is taken as it is.
      return behind === ''
        ? `${name}${suffix}`
        : `${name}${safeName(behind, { suffix, keepsDash: true, maxBytes: 255 - Buffer.byteLength(name) })}`;
    },
    // With the extension: exports of one name in several formats lie side by side.
    manifestName: `${name}${ext}.manifest.json`,
    umask: personUmaskFrom(process.env),
    isChosen: true,
  };
  const { manifest } = await core.services.exports.write(
    { formatId: target.formatId, options, leaveOutRefused },
    target.isFolder === true || isFolder === true || (isPerVideo === true && hasNoEnding) ? inFolder : asNamed,
    {
      signal: new AbortController().signal,
      onProgress: createPacedProgress(`Export ${target.formatId}`),
    },
  );
  const withoutClip = manifest.counts[WITHOUT_CLIP] ?? 0;
  if (withoutClip > 0) printNote(withoutClipsNote(withoutClip));
  const { rowsRefused } = manifest.validation;
  if (rowsRefused > 0) printNote(refusedNote(rowsRefused));
  return manifest;
}

const refusedNote = (count: number): string =>
  `${counted(count, 'row')} written that the check refuses; shotluck validate says why. Give --leave-out-refused to leave ${count === 1 ? 'it' : 'them'} out.\n`;

const withoutClipsNote = (count: number): string =>
  `${counted(count, 'row')} left out: ${count === 1 ? 'its clip has' : 'their clips have'} not been written yet. Give -o withClips=true to write clips as well, ` +
  'or write them first with shotluck clips. Give -o requireClips=false for rows that name clips all the same.\n';
