import { ONLY_ENDPOINT_KEY } from '#core/engines/endpoints/endpoint-keys.ts';

const VARIABLE = /^SHOTLUCK_ENDPOINT_KEY(?:_([A-Z0-9_]+))?$/;

/**
 * Keys of endpoints from the surroundings, by name of their secret: `SHOTLUCK_ENDPOINT_KEY_GPU_BOX` for the endpoint `gpu-box`,
 * `SHOTLUCK_ENDPOINT_KEY` where a single endpoint is set up. They are taken out, so that programs started from here do not inherit them.
 */
export function takeEndpointKeys(surroundings: Record<string, string | undefined>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [variable, value] of Object.entries(surroundings)) {
    const match = VARIABLE.exec(variable);
    if (match === null || value === undefined || value === '') continue;
    const id = match[1]?.toLowerCase().replaceAll('_', '-');
    keys.set(id === undefined ? ONLY_ENDPOINT_KEY : `${ONLY_ENDPOINT_KEY}:${id}`, value);
    delete surroundings[variable];
  }
  return keys;
}
