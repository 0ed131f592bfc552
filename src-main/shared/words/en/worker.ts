/** Sentences of the storey `worker`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const worker = {
  // worker.ts, limit-tokenizer.ts, load-on-best.ts
  cancelledBefore: 'Cancelled before it started.',
  couldNotRun: 'The model could not run: {{reason}}',
  partFailed: '{{part}} failed ({{said}})',
  networksInOnnx: 'the networks in onnx/',

  // the networks of a folder, checked against it: reasons of `models.folderBroken`
  noInput: 'it has no input "{{name}}"',
  noOutput: 'it has no output "{{name}}"',
  noWordTimes: 'it has no output "{{name}}", which is needed for the time of each word; exports whose names end in "_timestamped" have it',
  bandsDiffer: 'key "feature_size" is {{stated}}, but onnx/encoder_model takes {{bands}} bands',
  statesDiffer: 'it takes states of size {{taken}}, but onnx/encoder_model gives {{given}}',
  layersDiffer: 'key "{{key}}" is {{stated}}, but {{network}} has {{layers}} layers',
  headsDiffer: 'key "{{key}}" is {{stated}}, but onnx/model has {{heads}} heads of keys and values',
  headSizesDiffer: 'keys "head_dim" or "hidden_size" make heads of {{stated}}, but those of onnx/model are {{size}} wide',
  vocabulariesDiffer: 'key "vocab_size" is {{stated}}, but onnx/model has {{tokens}} tokens',
  embeddingsDiffer: 'it takes embeddings of size {{width}}, but {{where}} has {{size}}',
  outputOf: '{{network}}: output "{{name}}"',
  keyOfConfig: 'config.json: key "{{key}}"',
  imageTokensDiffer: 'key "image_seq_length" is {{stated}}, but onnx/vision_encoder gives {{tokens}} tokens per image',

  // captioner, language
  noFrame: 'A caption needs at least one frame of the shot.',
  frameSizeWrong: 'A frame of {{width}}×{{height}} must have {{expected}} bytes, not {{bytes}}.',
  frameNotPrepared: 'a frame cannot be prepared ({{said}})',
  noAddedToken: 'there is no added token "{{token}}"',
  templateBroken: 'The model cannot be used: tokenizer_config.json: {{reason}}.',
  noChatTemplate: 'key "chat_template" is missing',
  imagesMisplaced_one: 'the chat template does not place the image ({{token}}) and the prompt exactly once',
  imagesMisplaced_other: 'the chat template does not place {{count}} images ({{token}}) and the prompt exactly once',
  promptNotPlaced: 'the chat template does not place the prompt',
  imageTokenSplit: 'The model cannot be used: tokenizer.json: the image token is not encoded as one token.',
  noImageLength: 'The model cannot be used: processor_config.json: key "image_seq_len" is missing.',
  promptTooLong: 'The prompt is too long for this model: {{text}} tokens of text, of {{total}} in total. Shorten the prompt template.',
  promptTooLongWithImage:
    'The prompt is too long for this model: {{text}} tokens of text and {{image}} for one image, of {{total}} in total. Shorten the prompt template.',
  writingCancelled: 'Writing was cancelled.',
  wroteNothing: 'The model wrote nothing. Try another prompt or model.',

  // pp-ocr, silero-vad, whisper, transnet-v2
  cancelled: 'Cancelled.',
  recogniserBroken: "The text recogniser's {{file}} cannot be used: {{reason}}. Download it again under Models.",
  charactersDiffer: 'it has {{characters}} characters, the network {{known}}',
  vadMissing: 'The voice activity detection model is missing: {{path}}. Download it again under Models.',
  vadBroken: 'The voice activity detection model, {{path}}, cannot be loaded. Download it again under Models.',
  vadCancelled: 'Voice activity detection was cancelled.',
  audioTooLong: 'Whisper takes 30 seconds at a time, not {{seconds}}.',
  languageUnknown: 'This speech model does not support the language "{{language}}". Choose another, or have it detected.',
  transcribingCancelled: 'Transcribing was cancelled.',
  detectorMissing: "The shot detector's network is missing: {{path}}. Download it again under Models.",
  detectorBroken: "The shot detector's network {{path}} cannot be loaded. Download it again under Models.",
} as const;
