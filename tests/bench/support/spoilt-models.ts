import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onnxWithOutsideWeights } from '../../core/engines/support/tiny-onnx.ts';
import type { Dice } from './hostile-report.ts';

/** Model folders that are damaged, lie, or are none; each is harmless by itself, and the same for the same seed. */

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/models');
/** Tiny random models of every role. */
const KINDS = [
  'writers/llama',
  'writers/qwen3',
  'families/llava',
  'families/florence2',
  'families/idefics3',
  'families/qwen2_vl',
  'whisper',
] as const;
type Kind = (typeof KINDS)[number];

export interface SpoiltModel {
  readonly name: string;
  /** Makes the folder, which is not there yet. */
  write(folder: string): void;
}

type Spoil = (folder: string) => void;

const at = (folder: string, file: string): string => path.join(folder, file);
const replace =
  (file: string, make: (target: string) => void): Spoil =>
  (folder) => {
    rmSync(at(folder, file), { recursive: true, force: true });
    make(at(folder, file));
  };
const text = (file: string, content: string | Buffer): Spoil => replace(file, (target) => writeFileSync(target, content));
const pipe = (target: string): void => void execFileSync('mkfifo', [target]);
const link = (to: string) => (target: string) => symlinkSync(to, target);
const without =
  (file: string): Spoil =>
  (folder) =>
    rmSync(at(folder, file), { recursive: true });

type Json = Record<string, unknown>;
const json =
  (file: string, change: (value: Json) => Json): Spoil =>
  (folder) =>
    writeFileSync(at(folder, file), JSON.stringify(change(JSON.parse(readFileSync(at(folder, file), 'utf8')) as Json)));
const keys = (file: string, changes: Json): Spoil => json(file, (value) => ({ ...value, ...changes }));
const template = (chatTemplate: unknown): Spoil => keys('tokenizer_config.json', { chat_template: chatTemplate });
const split = (pattern: unknown): Spoil =>
  keys('tokenizer.json', { pre_tokenizer: { type: 'Split', pattern, behavior: 'Isolated', invert: false } });

const WRITER: readonly (readonly [string, Spoil])[] = [
  ['a pipe as config', replace('config.json', pipe)],
  ['a pipe as tokenizer', replace('tokenizer.json', pipe)],
  ['a pipe as network', replace('onnx/model.onnx', pipe)],
  ['a pipe as optional file', replace('generation_config.json', pipe)],
  ['a folder as network', replace('onnx/model.onnx', (target) => mkdirSync(target))],
  ['a folder as config', replace('config.json', (target) => mkdirSync(target))],
  ['a file in the place of the networks', replace('onnx', (target) => writeFileSync(target, ''))],
  ['networks that link to themselves', replace('onnx', link('onnx'))],
  ['a config that links to itself', replace('config.json', link('config.json'))],
  ['a tokenizer that leads nowhere', replace('tokenizer.json', link('gone.json'))],
  ['a config without end', replace('config.json', link('/dev/zero'))],
  ['a folder in a folder without end', (folder) => symlinkSync('..', at(folder, 'again'))],
  ['a config of a gigabyte', (folder) => truncateSync(at(folder, 'config.json'), 1e9)],
  ['thousands of files', (folder) => Array.from({ length: 10_050 }, (_, index) => writeFileSync(at(folder, `${index}.txt`), ''))],
  ['no config', without('config.json')],
  ['no tokenizer', without('tokenizer.json')],
  ['no networks', without('onnx')],
  ['an empty config', text('config.json', '')],
  ['half a config', (folder) => truncateSync(at(folder, 'config.json'), 60)],
  ['a config of bytes', text('config.json', Buffer.from([0xff, 0xfe, 0, 1, 2]))],
  ['a config that is a list', text('config.json', '[]')],
  ['deep lists as config', text('config.json', '['.repeat(100_000))],
  ['deep lists in the tokenizer', keys('tokenizer.json', { deep: JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)) as unknown })],
  ['a model of another kind', keys('config.json', { model_type: 'something else' })],
  ['layers that are not there', keys('config.json', { num_hidden_layers: 99 })],
  ['a vocabulary of another size', keys('config.json', { vocab_size: 5 })],
  [
    'no end of an answer',
    (folder) =>
      [keys('config.json', { eos_token_id: null }), keys('generation_config.json', { eos_token_id: null })].forEach((spoil) =>
        spoil(folder),
      ),
  ],
  ['an expression that is none', split({ Regex: '(' })],
  ['an expression that is a number', split({ Regex: 7 })],
  ['an expression that fits nothing', split({ Regex: '$^' })],
  ['no expression', split(null)],
  ['a tokenizer of an unknown kind', keys('tokenizer.json', { model: { type: 'Unknown' } })],
  ['a tokenizer without words', keys('tokenizer.json', { model: { type: 'BPE', vocab: {}, merges: [] } })],
  ['a tokenizer without a model', keys('tokenizer.json', { model: null })],
  ['a decoder of an unknown kind', keys('tokenizer.json', { decoder: { type: 'Unknown' } })],
  [
    'tokens that are no tokens',
    keys('tokenizer.json', {
      added_tokens: [
        { id: -5, content: '' },
        { id: 1e9, content: 'x' },
      ],
    }),
  ],
  ['a template that does not place the prompt', template('Hello.')],
  ['a template that is no template', template('{% for %}')],
  ['a template that does not end', template('{{ messages[0]')],
  ['a template that asks for what is not there', template("{{ nobody.knows['this'] }}")],
  ['a template that refuses', template("{{ raise_exception('no') }}")],
  ['a template that is a number', template(7)],
  ['a template that is a list', template([{ name: 'default', template: 7 }])],
  [
    'a template of thousands of loops',
    template("{% for i in range(300) %}{% for j in range(300) %}{% endfor %}{% endfor %}{{ messages[0]['content'] }}"),
  ],
  ['an empty network', (folder) => truncateSync(at(folder, 'onnx/model.onnx'), 0)],
  ['half a network', (folder) => truncateSync(at(folder, 'onnx/model.onnx'), 70_000)],
  ['a network of zeros', text('onnx/model.onnx', Buffer.alloc(10_000))],
  ['a network that is a picture', text('onnx/model.onnx', Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['a network of another model', (folder) => cpSync(path.join(fixtures, 'writers/qwen2/onnx/model.onnx'), at(folder, 'onnx/model.onnx'))],
  ['weights outside', text('onnx/model.onnx', onnxWithOutsideWeights('../../canary.bin'))],
  ['weights outside, for a branch', text('onnx/model.onnx', onnxWithOutsideWeights('../../canary.bin', true))],
  ['weights at an absolute address', text('onnx/model.onnx', onnxWithOutsideWeights('/canary.bin'))],
  ['weights that are not there', text('onnx/model.onnx', onnxWithOutsideWeights('model.onnx_data'))],
];

const CAPTIONER: readonly (readonly [string, Spoil])[] = [
  ['pictures of no size', keys('preprocessor_config.json', { size: { height: 0, width: 0 }, crop_size: { height: 0, width: 0 } })],
  [
    'pictures larger than any',
    keys('preprocessor_config.json', { size: { height: 1e6, width: 1e6 }, crop_size: { height: 1e6, width: 1e6 } }),
  ],
  ['pictures of an unknown kind', keys('preprocessor_config.json', { image_processor_type: 'Unknown' })],
  ['no preprocessor', without('preprocessor_config.json')],
  ['an image token that is not there', keys('config.json', { image_token_index: 9e6, image_token_id: 9e6 })],
  ['a pipe as one of the networks', replace('onnx/embed_tokens.onnx', pipe)],
  ['one network in the place of another', (folder) => cpSync(at(folder, 'onnx/embed_tokens.onnx'), at(folder, 'onnx/vision_encoder.onnx'))],
];

const WHISPER: readonly (readonly [string, Spoil])[] = [
  ['heads that are not there', keys('generation_config.json', { alignment_heads: [[99, 99]] })],
  ['no heads', keys('generation_config.json', { alignment_heads: [] })],
  ['bands of another size', keys('preprocessor_config.json', { feature_size: 7 })],
  ['languages that are numbers', keys('generation_config.json', { lang_to_id: { '<|en|>': 'x' } })],
  [
    'one network in the place of another',
    (folder) => cpSync(at(folder, 'onnx/encoder_model.onnx'), at(folder, 'onnx/decoder_model_merged.onnx')),
  ],
];

/** Small or without meaning: a large one could be a size, and take the memory of the machine that tries it. */
const ODD_VALUES: readonly unknown[] = [null, -1, 0, 7, 0.5, 1e300, 'x', '', [], {}, [null], true];

/** Puts an odd value at a random place of a random small file, or a random byte into a network. */
function spoilAnywhere(folder: string, dice: Dice): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'reference.json');
  const networks = readdirSync(at(folder, 'onnx')).map((name) => `onnx/${name}`);
  const file = dice.pick([...files, ...files, ...networks]);
  const whole = readFileSync(at(folder, file));
  if (!file.endsWith('.json')) {
    const place = dice.roll(whole.length);
    whole[place] = dice.roll(256);
    writeFileSync(at(folder, file), whole);
    return `byte ${place} of ${file}`;
  }
  const root: unknown = JSON.parse(whole.toString('utf8'));
  const where = [file];
  for (let holder = root; typeof holder === 'object' && holder !== null;) {
    const key = dice.pick(Object.keys(holder));
    where.push(key);
    const inner: unknown = (holder as Json)[key];
    const hasMore = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
    if (!hasMore || dice.roll(2) === 0) {
      const odd = dice.pick(ODD_VALUES);
      (holder as Json)[key] = odd;
      where.push(JSON.stringify(odd));
      break;
    }
    holder = inner;
  }
  writeFileSync(at(folder, file), JSON.stringify(root));
  return where.join(' ');
}

const LISTED: readonly (readonly [Kind, string, Spoil])[] = [
  ...WRITER.map(([name, spoil]): [Kind, string, Spoil] => ['writers/llama', name, spoil]),
  ...CAPTIONER.map(([name, spoil]): [Kind, string, Spoil] => ['families/llava', name, spoil]),
  ...WHISPER.map(([name, spoil]): [Kind, string, Spoil] => ['whisper', name, spoil]),
];

export const LISTED_MODELS = LISTED.length;

/** `count` folders: the listed ones in random order, then random changes of every kind of model. */
export function* spoiltModels(count: number, dice: Dice): Generator<SpoiltModel> {
  const listed = [...LISTED];
  for (let number = 0; number < count; number++) {
    const [next] = listed.splice(dice.roll(listed.length), 1);
    if (next !== undefined) {
      const [kind, what, spoil] = next;
      yield { name: `${number}: ${kind}, ${what}`, write: (folder) => copyAnd(folder, kind, () => spoil(folder)) };
      continue;
    }
    const kind = dice.pick(KINDS);
    let what = '';
    yield {
      get name() {
        return `${number}: ${kind}, ${what}`;
      },
      write: (folder) => copyAnd(folder, kind, () => void (what = spoilAnywhere(folder, dice))),
    };
  }
}

function copyAnd(folder: string, kind: Kind, spoil: () => void): void {
  cpSync(path.join(fixtures, kind), folder, { recursive: true });
  spoil();
}
