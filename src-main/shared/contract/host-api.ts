import type { GrantId } from '../domain/ids.ts';
import type { Refusal } from './errors.ts';
import type { ClientMessage, ServerMessage, Wire } from './wire.ts';

/** A file or folder that a person chose; the path itself stays outside the renderer. */
export interface FileGrant {
  readonly grantId: GrantId;
  readonly name: string;
}

export interface UploadProgress {
  /** Of all files together, 0..1. */
  readonly fraction: number;
  /** The connection broke; the upload goes on when it is back. */
  readonly isWaiting: boolean;
}

export interface GrantListeners {
  readonly onProgress?: (progress: UploadProgress) => void;
  /** A file could not be granted, and others were; `refusal` is an AppError that says why. */
  readonly onRefused?: (refusal: Error) => void;
}

export type PickPurpose =
  | 'videos'
  | 'video-folder'
  | 'project'
  | 'project-location'
  | 'dataset'
  | 'subtitles'
  | 'cuts'
  | 'export-folder'
  | 'model-folder';

/**
 * What a host offers beside the core's contract. On the desktop it reaches main through preload; in a browser a substitute does
 * with uploads and downloads. Features ask `canOpenLocalFiles`, never which host it is.
 */
export interface HostApi {
  readonly canOpenLocalFiles: boolean;
  readonly platform: string;
  /** Opens a new wire to the core; called again after each close (a core that crashed comes back on a new wire). */
  openWire(): Promise<Wire<ClientMessage, ServerMessage>>;
  /** Empty when the person cancelled. Always empty where `canOpenLocalFiles` is false. */
  pick(purpose: PickPurpose): Promise<readonly FileGrant[]>;
  /** Turns dropped or chosen browser files into grants; uploads them where the host has no access to local files. */
  grantFiles(files: readonly File[], listeners?: GrantListeners): Promise<readonly FileGrant[]>;
  /** Shows an exported file: reveals it in its folder, or downloads it. `url` is a core URL such as `/export/<jobId>/<file>`. */
  revealExport(url: string): Promise<void>;
  /** Address of a core URL (`/media/<id>`, `/frame/<id>/<n>.jpg`, …) for `<img>`, `<video>` and fetch. */
  mediaUrl(path: string): string;
  /** The menu's or the system's requests, by command id of the command table; returns its removal. */
  onCommand(listener: (commandId: string) => void): () => void;
}

/** An answer that crosses Electron's context bridge, which keeps nothing of an error but its text. */
export type BridgeAnswer<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Refusal);

/** What preload offers to the page; `createDesktopHost` in the renderer makes a HostApi of it. */
export interface DesktopBridge extends Pick<HostApi, 'platform' | 'openWire' | 'mediaUrl' | 'onCommand'> {
  pick(purpose: PickPurpose): Promise<BridgeAnswer<readonly FileGrant[]>>;
  grantFiles(files: readonly File[]): Promise<BridgeAnswer<readonly FileGrant[]>>;
  revealExport(url: string): Promise<BridgeAnswer<null>>;
}

declare global {
  /** Set by preload in Electron; absent in an ordinary browser. */
  var shotluckDesktop: DesktopBridge | undefined;
}
