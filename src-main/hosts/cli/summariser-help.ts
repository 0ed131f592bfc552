export const SUMMARISER_HELP =
  'what writes the summaries: storyline; or sum-text:<model>, sum-shot:<model>, sum-holistic:<model>, where <model> is endpoint:<id>, a text model (for the first) or a captioning model (for the other two)';
