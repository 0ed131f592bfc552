export const SUMMARISER_HELP =
  'what writes the summaries: storyline; or sum-text:<model>, sum-shot:<model>, sum-holistic:<model> with endpoint:<id>, a text model (the first) or a captioning model (the last two)';
