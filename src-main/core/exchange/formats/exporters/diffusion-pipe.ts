import type { Exporter } from '../format.ts';
import { captionsBesideClips, GeneratorOptions, tomlText } from './captions-beside-clips.ts';
import { MOVED_NOTE, readme } from './trainer-files.ts';

/**
 * Clips with captions beside them, and settings. Source: diffusion-pipe 8f83dbf, `examples/dataset.toml`, `utils/dataset.py`: it drops clips that are shorter
 * than every bucket of frames.
 */
export const diffusionPipeExporter: Exporter<typeof GeneratorOptions> = {
  id: 'diffusion-pipe',
  group: 'generator',
  title: 'diffusion-pipe',
  description: 'Clips with their captions as .txt beside them, a folder for each split, and a dataset.toml.',
  extensions: ['txt'],
  isFolder: true,
  optionsSchema: GeneratorOptions,
  async *write(documents, context) {
    yield* captionsBesideClips({
      documents,
      context,
      toml: ({ path }) =>
        [
          'resolutions = [512]',
          'enable_ar_bucket = true',
          'min_ar = 0.5',
          'max_ar = 2.0',
          'num_ar_buckets = 7',
          'frame_buckets = [1, 33]',
          '',
          '[[directory]]',
          `path = ${tomlText(path)}`,
          'num_repeats = 1',
          '',
        ].join('\n'),
    });
    yield readme(
      'For diffusion-pipe',
      'Name `dataset.toml` as `dataset` in your configuration, and any other one in `eval_datasets`. Adapt sizes and buckets of frames to your model.',
      'Clips that are shorter than the shortest bucket of more than one frame are dropped.',
      MOVED_NOTE,
    );
  },
};
