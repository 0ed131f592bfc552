import { words } from '#shared/words/words.ts';
import type { Rule } from './rule.ts';

type FileRule = Pick<Rule, 'id' | 'severity' | 'title'>;

/** Copies of a video in two splits, under other names. */
export const nearDuplicate: FileRule = { id: 'near-duplicate', severity: 'refuse', title: words('exchange.ruleNearDuplicate') };
/** Clips of an export that cannot be decoded to their end: decord hangs there, and torchvision takes all memory. Source: Qwen3-VL issue 1841, TinyLLaVA-Video issue 2. */
export const undecodable: FileRule = { id: 'undecodable', severity: 'refuse', title: words('exchange.ruleUndecodable') };

/** Those that read files: on request. */
export const FILE_RULES: readonly FileRule[] = [nearDuplicate, undecodable];
