/** Sentences of the storey `engines`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const engines = {
  // engine-client.ts, worker-connection.ts, worker-process.ts
  notLoadedInTime:
    'The model "{{modelId}}" cannot be used: it was not loaded within {{seconds}} s, so its process was stopped. Choose another model, or download this one again.',
  shutDown: 'The engines have been shut down.',
  cancelled: 'Cancelled.',
  cancelledWaiting: 'Cancelled while waiting for the engine.',
  died: "The model's process stopped unexpectedly ({{reason}}). Saved work is safe; try again, and it will be restarted.",
  diedTwice:
    'The process of the model "{{modelId}}" stopped twice during the same work ({{reason}}). It may need more memory than is free, or its files may be damaged. Saved work is safe; choose a smaller model, close other programs, or download this one again.',
  endedWithCode: 'ended with code {{code}}',
  endedBySignal: 'ended by {{signal}}',
  wasEnded: 'it was ended',
  noRoomToStart:
    'The process that runs models could not be started, because the studio has too many files or programs open right now. Nothing was changed. Try again in a moment.',

  // work-limit.ts
  partBroken: 'The model cannot be used: {{place}}: {{reason}}. Saved work is safe; choose another model, or download this one again.',
  partDidNotFinish: '{{part}} did not finish with a text, so its process was stopped',
  theTokenizer: 'the tokenizer',
  theChatTemplate: 'the chat template',

  // open-engines.ts
  noDetector: 'There is no shot detector "{{id}}" here. Choose another in the settings.',
  noCaptioner: 'There is no captioner "{{id}}" here. Choose another in the settings.',
  noSpeechModel: 'There is no speech model "{{id}}" here. Choose another in the settings.',
  noSummariser: 'There is no summariser "{{id}}" here. Choose another in the settings.',

  // captioners, transcribers, summarisers, prompt.ts
  noCaption: 'The model returned no caption for one of several shots. Caption it again.',
  needsImages: '"{{id}}" needs images, and there are none.',
  captioningCancelled: 'Captioning was cancelled.',
  transcribingCancelled: 'Transcribing was cancelled.',
  summarisingCancelled: 'Summarising was cancelled.',
  nothingToSummarise: 'There is nothing to summarise: no captions, no speech, no frames.',
  contextTooSmall:
    'A context of {{tokens}} tokens leaves no room for the video beside the prompt. Shorten the summary prompt, or use a model with a larger context.',
  summaryVariableUnknown: 'The summary prompt uses {{unknown}}, which does not exist. It can use {{known}}.',
  promptVariableUnknown: 'The prompt template uses {{unknown}}, which does not exist. It can use {{known}}.',

  // endpoints
  noEndpoint: 'There is no endpoint "{{id}}" here. Choose another engine in the settings.',
  offNetwork:
    'The studio is set to stay off the network, and "{{title}}" is on another machine. Nothing was sent. Allow the network, or use an endpoint on this machine.',
  requestCancelled: 'The request was cancelled.',
  endpoint: '"{{title}}": {{problem}}',
  keyRefused: 'the server refused the key ({{status}}). Enter the right key in the settings of this endpoint.',
  serverBusy: 'the server was too busy (429), even after several tries. Lower the number of requests at once, or try again later.',
  readsNoImages:
    'the model there cannot read images ({{said}}). Choose another model for captions and frames; this one can write summaries from captions and speech.',
  serverAnswered: 'the server answered: {{said}}',
  serverSilent: 'the server sent nothing for {{seconds}} s. It may be loading the model; try again, or raise the timeout of this endpoint.',
  serverSlow: 'the server sent nothing for too long. It may be loading the model; try again.',
  answerEndless: 'the server’s answer did not end, so the request was stopped. Check that it serves the model correctly.',
  answerDropped: 'the server stopped in the middle of its answer several times. Its log may say why.',
  notTheApi: 'the server there is not an OpenAI-compatible API. Check the address; it often ends in /v1.',
  onlyReasoned: 'the model only reasoned and gave no answer. Allow more tokens, or turn reasoning off for this endpoint.',
  emptyAnswer: 'the model gave an empty answer. Try another prompt or model.',
  modelNotServed: 'the server has no model "{{model}}" (404). Choose one that it offers: "Test connection" lists them.',
  noApiThere: 'there is no OpenAI-compatible API at this address (404). It often ends in /v1.',
  nothingListening: 'nothing is listening at this address (connection refused). Start the server, or check the host and port.',
  machineNotFound: 'no machine with this name was found. Check the address.',
  machineUnreachable: 'the machine cannot be reached. Check the address and the network.',
  certificateNotTrusted:
    'its certificate is not signed by an authority that this machine trusts (self-signed). Start the studio with NODE_EXTRA_CA_CERTS set to the certificate file, or use http on your own network.',
  certificateExpired: 'its certificate has expired.',
  certificateOfAnother: 'its certificate is for another name.',
  notSecure: 'no secure connection could be made. If the server uses plain HTTP, start the address with http://.',
  redirected: 'the server redirects to another address, which the studio does not follow. Enter that address directly.',
  connectionFailed: 'the connection failed ({{reason}}).',
  unknownReason: 'unknown reason',

  // running-engines.ts
  otherDevice: 'A model is running on another device',
  otherDeviceWhy: '{{engine}}: {{notes}}',

  // registry.ts
  modelNotListed: 'The model of {{engine}} is not in the list of models. Reinstall the studio.',
  theSpeechRecognition: 'speech recognition',

  // endpoints/test-endpoint.ts
  modelNotOffered: 'The server does not offer "{{model}}". Choose one of the models it lists.',
} as const;
