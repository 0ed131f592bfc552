import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFfmpeg } from './run-ffmpeg.ts';

/** A file that names another one instead of holding a video. `content`: given the name of the other file, which lies in the same folder. */
export interface DisguisedList {
  readonly kind: string;
  /** Default `<kind>.mp4`. */
  readonly file?: string;
  /** Default `other.ts`. */
  readonly names?: string;
  content(other: string): string;
}

const DASH = (other: string): string => `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>
<AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1000" codecs="avc1.42c00d" width="64" height="64"><BaseURL>${other}</BaseURL>
<SegmentBase indexRange="0-99"><Initialization range="0-99"/></SegmentBase></Representation></AdaptationSet></Period></MPD>
`;

export const DISGUISED_LISTS: readonly DisguisedList[] = [
  { kind: 'hls', content: (other) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${other}\n#EXT-X-ENDLIST\n` },
  {
    kind: 'hls-key',
    content: (other) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MAP:URI="${other}"\n#EXTINF:10,\n${other}\n#EXT-X-ENDLIST\n`,
  },
  { kind: 'm3u-with-mark', content: (other) => `\uFEFF#EXTM3U\n${other}\n` },
  { kind: 'concat', content: (other) => `ffconcat version 1.0\nfile ${other}\n` },
  { kind: 'concat-plain', content: (other) => `# clips\nfile '${other}'\n` },
  { kind: 'dash', content: DASH },
  {
    kind: 'vobsub',
    names: 'vobsub.sub',
    content: () =>
      '# VobSub index file, v7 (do not modify this line!)\nsize: 720x480\nid: en, index: 0\ntimestamp: 00:00:01:000, filepos: 000000000\n',
  },
  {
    kind: 'sdp',
    content: () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
  },
  { kind: 'pls', content: (other) => `[playlist]\nFile1=${other}\nNumberOfEntries=1\n` },
  { kind: 'asx', content: (other) => `<asx version="3.0"><entry><ref href="${other}"/></entry></asx>\n` },
  { kind: 'smil', content: (other) => `<smil><body><video src="${other}"/></body></smil>\n` },
  {
    kind: 'imf',
    content: (other) =>
      `<?xml version="1.0"?>\n<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id><ContentTitle>${other}</ContentTitle></CompositionPlaylist>\n`,
  },
  { kind: 'metadata', content: (other) => `;FFMETADATA1\ntitle=${other}\n` },
];

/** Writes the list into `folder`; returns its path and the path of what it names, which is not made. */
export async function writeList({ kind, file, names, content }: DisguisedList, folder: string): Promise<{ path: string; other: string }> {
  const other = names ?? 'other.ts';
  const path = join(folder, file ?? `${kind}.mp4`);
  await writeFile(path, content(other));
  return { path, other: join(folder, other) };
}

/** A QuickTime movie whose index says that its pictures lie in the file at `other`; returns its path. */
export async function makeReferenceMovie(folder: string, other: string): Promise<string> {
  const path = join(folder, 'reference.mov');
  // The index comes last, so making it longer moves nothing that it points to.
  await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-c:v', 'mjpeg', path]);
  const bytes = await readFile(path);
  await writeFile(path, Buffer.concat(boxesOf(bytes).map((box) => withReference(box, other))));
  return path;
}

const PARENTS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf']);

function boxesOf(bytes: Buffer): Buffer[] {
  const boxes: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at)) boxes.push(bytes.subarray(at, at + bytes.readUInt32BE(at)));
  return boxes;
}

function withReference(box: Buffer, other: string): Buffer {
  const type = box.toString('latin1', 4, 8);
  if (PARENTS.has(type)) return makeBox(type, Buffer.concat(boxesOf(box.subarray(8)).map((child) => withReference(child, other))));
  if (type !== 'dref') return box;
  return makeBox(
    'dref',
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), makeBox('alis', Buffer.concat([Buffer.alloc(4), alias(other)]))]),
  );
}

/** A Macintosh alias record with an absolute path, as QuickTime writes it. */
function alias(other: string): Buffer {
  const path = Buffer.from(other);
  const record = Buffer.alloc(150 + 4 + path.length + (path.length % 2) + 4);
  record.writeInt16BE(2, 150);
  record.writeInt16BE(path.length, 152);
  path.copy(record, 154);
  record.writeInt16BE(-1, record.length - 4);
  return record;
}

function makeBox(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}
