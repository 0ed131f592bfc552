// Captions JPEG frames with the exported folder, without the studio and without network:
//   node caption.mjs [--model DIR] [--dtype q8|fp32] [--asr TEXT] [--threads N] [--shot] FRAME.jpg …
// --shot: all frames belong to one shot and get one caption; else each file gets its own.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AutoImageProcessor, AutoTokenizer, env, LlavaForConditionalGeneration, RawImage } from '@huggingface/transformers';

const TOKENS_PER_FRAME = 49;

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: path.join(import.meta.dirname, '..', 'shotluck-nano') },
    dtype: { type: 'string', default: 'q8' },
    asr: { type: 'string', default: '' },
    threads: { type: 'string', default: '2' },
    shot: { type: 'boolean', default: false },
  },
});

env.allowRemoteModels = false;
const folder = path.resolve(values.model);
const loadStartMs = performance.now();
const [tokenizer, processor, model] = await Promise.all([
  AutoTokenizer.from_pretrained(folder),
  AutoImageProcessor.from_pretrained(folder),
  LlavaForConditionalGeneration.from_pretrained(folder, {
    dtype: values.dtype,
    device: 'cpu',
    session_options: { intraOpNumThreads: Number(values.threads) },
  }),
]);
console.log(`loaded in ${Math.round(performance.now() - loadStartMs)} ms`);

for (const frames of values.shot ? [files] : files.map((file) => [file])) {
  const startMs = performance.now();
  const { text, promptTokens, newTokens } = await caption(frames, values.asr);
  const more = frames.length > 1 ? ` (+${frames.length - 1})` : '';
  console.log(
    `${Math.round(performance.now() - startMs)} ms, ${promptTokens}+${newTokens} tokens, ${path.basename(frames[0])}${more}: ${text}`,
  );
}

async function caption(paths, asr) {
  const images = await Promise.all(paths.map((file) => RawImage.read(file)));
  const { pixel_values } = await processor(images);
  const imageTokens = '<image>'.repeat(pixel_values.dims[0] * TOKENS_PER_FRAME);
  const inputs = tokenizer(
    `USER: ${imageTokens}\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: ${asr}. ASSISTANT:`,
  );
  const promptTokens = inputs.input_ids.dims[1];
  const output = await model.generate({ ...inputs, pixel_values, max_new_tokens: 32, do_sample: false });
  const answer = output.slice(null, [promptTokens, null]);
  const [text] = tokenizer.batch_decode(answer, { skip_special_tokens: true });
  return { text: text.trim(), promptTokens, newTokens: answer.dims[1] };
}
