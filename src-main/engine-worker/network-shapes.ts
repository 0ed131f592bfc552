/** Of a loaded onnxruntime session, what says how its tensors look; a dimension is a number or a symbol. */
export interface SessionShapes {
  readonly inputMetadata: readonly ValueShape[];
  readonly outputMetadata: readonly ValueShape[];
}

interface ValueShape {
  readonly name: string;
  readonly shape?: readonly (number | string)[];
}

export function shapeOf(values: readonly ValueShape[], name: string): readonly (number | string)[] | undefined {
  return values.find((value) => value.name === name)?.shape;
}

/** Null where the network leaves it open. */
export function sizeAt(shape: readonly (number | string)[], index: number): number | null {
  const size = shape.at(index);
  return typeof size === 'number' ? size : null;
}

/** Layers that a decoder keeps a cache for. */
export function cachedLayers(decoder: SessionShapes): number {
  return new Set(decoder.inputMetadata.flatMap(({ name }) => /^past_\w+\.(\d+)/u.exec(name)?.[1] ?? [])).size;
}
