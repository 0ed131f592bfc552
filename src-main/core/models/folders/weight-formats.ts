import type { Device } from '#shared/domain/device.ts';

/** Weight formats and the endings of their files, as transformers.js names them (`utils/dtypes.js` of 4.3.1). */
export const FILE_ENDING = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;
export type WeightFormat = keyof typeof FILE_ENDING;

/** Which format to take where a folder holds several: small integers on the CPU, half floats on a GPU. */
const CPU_ORDER: readonly WeightFormat[] = ['q8', 'int8', 'uint8', 'q4', 'fp32', 'fp16', 'q4f16', 'bnb4'];
const GPU_ORDER: readonly WeightFormat[] = ['fp16', 'q4f16', 'q4', 'fp32', 'q8', 'int8', 'uint8', 'bnb4'];

export const WEIGHT_FORMATS = CPU_ORDER;

/** The weights of a network: the formats that are there, and the one that its folder asks for. */
export interface NetworkWeights {
  readonly present: readonly WeightFormat[];
  readonly preferred: WeightFormat | null;
}

/** The format to load: the folder's own wish, else the best for the device among those that are there; undefined when none is. */
export function chooseFormat({ present, preferred }: NetworkWeights, device: Device): WeightFormat | undefined {
  if (preferred !== null && present.includes(preferred)) return preferred;
  return (device === 'cpu' ? CPU_ORDER : GPU_ORDER).find((format) => present.includes(format));
}

export function isInteger(format: WeightFormat): boolean {
  return format === 'q8' || format === 'int8' || format === 'uint8';
}

export function isWeightFormat(name: string): name is WeightFormat {
  return Object.hasOwn(FILE_ENDING, name);
}
