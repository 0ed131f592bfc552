import { boundKey, ONLY_ENDPOINT_KEY } from '#core/engines/endpoints/endpoint-keys.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

type Surroundings = Record<string, string | undefined>;

const VARIABLE = /^SHOTLUCK_ENDPOINT_KEY(?:_([A-Z0-9_]+))?$/;

/**
 * Keys of endpoints from the surroundings, by name of their secret: `SHOTLUCK_ENDPOINT_KEY_GPU_BOX` for the endpoint `gpu-box`,
 * `SHOTLUCK_ENDPOINT_KEY` where a single endpoint is set up. A key is for the server that `SHOTLUCK_ENDPOINT_URL_GPU_BOX` (or
 * `SHOTLUCK_ENDPOINT_URL`) names, else for the one that the endpoint has in the settings when the studio starts. They are taken out, so
 * that programs started from here do not inherit them.
 * @throws AppError `invalid-input` for an address that is none
 */
export function takeEndpointKeys(surroundings: Surroundings): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [variable, value] of Object.entries(surroundings)) {
    const match = VARIABLE.exec(variable);
    if (match === null || value === undefined || value === '') continue;
    const id = match[1]?.toLowerCase().replaceAll('_', '-');
    const url = surroundings[variable.replace('_KEY', '_URL')];
    if (url !== undefined && !URL.canParse(url))
      throw new AppError('invalid-input', words('hosts.noServerAddress', { variable: variable.replace('_KEY', '_URL') }));
    keys.set(id === undefined ? ONLY_ENDPOINT_KEY : `${ONLY_ENDPOINT_KEY}:${id}`, url === undefined ? value : boundKey(url, value));
    delete surroundings[variable];
  }
  return keys;
}

/** The token of `serve`, taken out for the same reason. */
export function takeAccessToken(surroundings: Surroundings): string | undefined {
  const token = surroundings['SHOTLUCK_TOKEN'];
  delete surroundings['SHOTLUCK_TOKEN'];
  return token;
}
