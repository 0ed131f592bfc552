import { InvalidArgumentError } from 'commander';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Parser of an option that is a whole number within bounds, both included. */
export function integerIn({ min, max }: Bounds): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** Parser of an option that is a number within bounds, both included. */
export function numberIn({ min, max }: Bounds): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
    return value;
  };
}
