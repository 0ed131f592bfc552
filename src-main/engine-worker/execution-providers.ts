import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import type { Device, DeviceChoice } from '#shared/domain/device.ts';
import type { ProviderReport } from '#core/engines/worker-contract.ts';

/**
 * A 119-byte ONNX network for the self-test: y = relu(x · diag(1, 2)), x of shape [1, 2]. Opset 17, so that every provider knows
 * its operators.
 */
const SELF_TEST_NETWORK =
  'CAgSADprChEKAXgKAXcSAXAiBk1hdE11bAoMCgFwEgF5IgRSZWx1EgF0KhsIAggCEAFCAXdKEAAAgD8AAAAAAAAAAAAAAEBaEwoBeBIOCgwIARIICgIIAQoCCAJiEwoBeRIOCgwIARIICgIIAQoCCAJCBAoAEBE=';

/** GPU providers before the CPU, fastest first. */
const AUTO_ORDER: readonly Device[] = ['cuda', 'coreml', 'dml', 'webgpu'];

/** Every execution provider that onnxruntime names on this machine, tested by running a tiny network on it. */
export async function probeProviders(): Promise<ProviderReport[]> {
  const reports: ProviderReport[] = [];
  for (const { name, bundled } of listSupportedBackends()) reports.push(await probe(name, bundled));
  return reports;
}

/** The device to run on, and why it is not the one that was asked for. */
export async function resolveDevice(choice: DeviceChoice): Promise<{ device: Device; notes: string[] }> {
  if (choice === 'cpu') return { device: 'cpu', notes: [] };
  const reports = await probeProviders();
  const works = (name: string): boolean => reports.some((report) => report.name === name && report.works);
  if (choice === 'auto') return { device: AUTO_ORDER.find(works) ?? 'cpu', notes: [] };
  if (works(choice)) return { device: choice, notes: [] };
  const problem = reports.find((report) => report.name === choice)?.problem ?? 'onnxruntime does not offer it on this system';
  return { device: 'cpu', notes: [`Ran on the CPU: ${choice} was requested, but does not work here (${problem}).`] };
}

async function probe(name: string, isBundled: boolean): Promise<ProviderReport> {
  // Asking for a provider whose library is not installed makes onnxruntime write to stderr: look first.
  if (!isBundled && !(await hasProviderLibrary(name))) {
    return { name, isBundled, works: false, problem: 'its library is not installed beside onnxruntime' };
  }
  try {
    await selfTest(name);
    return { name, isBundled, works: true, problem: null };
  } catch (error) {
    return { name, isBundled, works: false, problem: firstLine(error) };
  }
}

async function selfTest(provider: string): Promise<void> {
  const session = await InferenceSession.create(Buffer.from(SELF_TEST_NETWORK, 'base64'), {
    executionProviders: [provider],
    logSeverityLevel: 4,
    // Without this, operators that a provider refuses run on the CPU unseen.
    ...(provider === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  });
  try {
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(3, -4), [1, 2]) });
    const values = y === undefined ? [] : Array.from(y.data as Float32Array);
    if (values.length !== 2 || values[0] !== 3 || values[1] !== 0) throw new Error(`wrong numbers: ${values.join(', ')} instead of 3, 0`);
  } finally {
    await session.release();
  }
}

async function hasProviderLibrary(name: string): Promise<boolean> {
  const packageFolder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const files = await readdir(path.join(packageFolder, 'bin'), { recursive: true });
  return files.some((file) => file.includes(path.join(process.platform, process.arch)) && file.includes(`onnxruntime_providers_${name}`));
}

/** What happened, without the C++ source place and condition that onnxruntime puts before it. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n')[0] ?? text;
  const condition = ' was false. ';
  const at = /^\S*onnxruntime_src/u.test(line) ? line.lastIndexOf(condition) : -1;
  return (at < 0 ? line : line.slice(at + condition.length)).slice(0, 300);
}
