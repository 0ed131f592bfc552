import { z } from 'zod';

/** Where a network may run; names are those of onnxruntime's execution providers. */
export const Device = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Device = z.infer<typeof Device>;

/** `auto` takes the best that passes its self-test, and the CPU for networks that gain nothing elsewhere. */
export const DeviceChoice = z.enum(['auto', ...Device.options]);
export type DeviceChoice = z.infer<typeof DeviceChoice>;
