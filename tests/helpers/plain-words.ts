import { words, type Words } from '#shared/words/words.ts';

/** A title or label that is nobody's but a test's. */
export const plain = (text: string): Words => words('common.plain', { text });
