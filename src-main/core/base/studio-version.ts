import packageJson from '../../../package.json' with { type: 'json' };

/** The product's version, as its package says it. */
export const STUDIO_VERSION: string = packageJson.version;
