import type { Exporter } from '../format.ts';
import { captionsBesideClips, GeneratorOptions, tomlText } from './captions-beside-clips.ts';
import { MOVED_NOTE, readme } from './trainer-files.ts';

/**
 * Clips with captions beside them, and settings. Whole shots are trained (`full`), for a caption describes the whole shot. Source: musubi-tuner 30c658c,
 * `docs/dataset_config.md`, `dataset/datasources.py`, `dataset/config_utils.py`.
 */
export const musubiTunerExporter: Exporter<typeof GeneratorOptions> = {
  id: 'musubi-tuner',
  group: 'generator',
  title: 'musubi-tuner (Wan, HunyuanVideo, FramePack)',
  description: 'Clips with their captions as .txt beside them, a folder for each split, and a dataset.toml.',
  extensions: ['txt'],
  isFolder: true,
  optionsSchema: GeneratorOptions,
  async *write(documents, context) {
    yield* captionsBesideClips({
      documents,
      context,
      toml: ({ path, rates }) =>
        [
          '[general]',
          'resolution = [960, 544]',
          'caption_extension = ".txt"',
          'batch_size = 1',
          'enable_bucket = true',
          '',
          '[[datasets]]',
          `video_directory = ${tomlText(path)}`,
          `cache_directory = ${tomlText(`${path}_cache`)}`,
          'frame_extraction = "full"',
          'max_frames = 81',
          rates.size === 1 ? `source_fps = ${[...rates].join('')}` : '# source_fps is for one frame rate; these clips have several.',
          '',
        ].join('\n'),
    });
    yield readme(
      'For musubi-tuner',
      'Give `dataset.toml` as `--dataset_config`. Adapt size and number of frames to your model.',
      'After another export into this folder, delete the cache folders: musubi-tuner trains on what is in them.',
      MOVED_NOTE,
    );
  },
};
