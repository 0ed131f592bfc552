import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/** Kinds of columns; no value is missing. `int64` takes whole numbers that a double holds exactly. */
export type ParquetKind = 'string' | 'int32' | 'int64';

type Cell<K extends ParquetKind> = K extends 'string' ? string : number;
export type ParquetRow<C extends Readonly<Record<string, ParquetKind>>> = { readonly [N in keyof C]: Cell<C[N]> };

const ELEMENTS = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  int32: { type: 'INT32', repetition_type: 'REQUIRED' },
  int64: { type: 'INT64', repetition_type: 'REQUIRED' },
} as const;

/** What a row group holds at most: a reader has one in memory, and so have we. */
const GROUP_ROWS = 10_000;
const GROUP_CHARACTERS = 8_000_000;

/** A Parquet file in pieces, a row group at a time. */
export function parquetFile<const C extends Readonly<Record<string, ParquetKind>>>(columns: C) {
  const kinds: readonly (readonly [name: string, kind: ParquetKind])[] = Object.entries(columns);
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: kinds.length }, ...kinds.map(([name, kind]) => ({ name, ...ELEMENTS[kind] }))],
    createdBy: 'Shotluck Studio',
  });
  let rows: Readonly<Record<string, string | number>>[] = [];
  let characters = 0;

  function take(): Uint8Array {
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    return taken;
  }

  function writeGroup(): void {
    if (rows.length === 0) return;
    const columnData = kinds.map(([name, kind]) => ({
      name,
      data: rows.map((row) => (kind === 'int64' ? BigInt(row[name] ?? 0) : (row[name] ?? ''))),
    }));
    // At once, for what it writes into is memory.
    void writer.write({ columnData, rowGroupSize: rows.length });
    rows = [];
    characters = 0;
  }

  return {
    /** What is to be appended to the file; empty while the row group has room. */
    add(row: ParquetRow<C>): Uint8Array {
      rows.push(row);
      for (const value of Object.values<string | number>(row)) characters += typeof value === 'string' ? value.length : 8;
      if (rows.length >= GROUP_ROWS || characters >= GROUP_CHARACTERS) writeGroup();
      return take();
    },
    /** What is left, and the end of the file. */
    end(): Uint8Array {
      writeGroup();
      void writer.finish();
      return take();
    },
  };
}
