import { Tensor } from '@huggingface/transformers';

/**
 * Replaces `Tensor.permute` of transformers.js 4.3.1, which divides and takes remainders for each element: turning a picture of 224×224 from
 * rows of pixels into planes of colours took it 4 ms, as long as a tenth of the vision network.
 */
export function quickenPermute(): void {
  Tensor.prototype.permute = function permute(this: Tensor, ...axes: number[]): Tensor {
    const shape = axes.map((axis) => this.dims[axis] ?? 1);
    return new Tensor(this.type, permuted(this.data, this.dims, axes), shape);
  };
}

/** Axis i of the result is axis `axes[i]` of `data`, which has the sizes `dims`, the last one's elements side by side. */
export function permuted<T extends Tensor['data']>(data: T, dims: readonly number[], axes: readonly number[]): T {
  const result = data.slice() as T;
  const shape = axes.map((axis) => dims[axis] ?? 1);
  const strides = axes.map((axis) => dims.slice(axis + 1).reduce((product, size) => product * size, 1));
  let place = 0;
  const copyFrom = (offset: number, axis: number): void => {
    const [size = 1, stride = 0] = [shape[axis], strides[axis]];
    if (axis < axes.length - 1) {
      for (let index = 0; index < size; index++) copyFrom(offset + index * stride, axis + 1);
      return;
    }
    for (let index = 0; index < size; index++) result[place++] = data[offset + index * stride] as never;
  };
  copyFrom(0, 0);
  return result;
}
