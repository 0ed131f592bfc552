import { z } from 'zod';

/**
 * The last step of history when a job was asked for: what people did later stays, however long it waited. Null in jobs of older studios. The last
 * of the params, where the queue looks past it (`jobsByParams`).
 */
export const AskedAfter = z.int().nonnegative().nullable().default(null);
