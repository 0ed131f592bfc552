import { describe, expect, it } from 'vitest';
import { MAX_VARIABLE_WORDS, renderPrompt, unknownVariables } from '#core/engines/prompt.ts';
import { DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';

const variables = { asr: 'Hello there', screen_text: 'THE END', previous: 'A dog runs.', title: 'holiday.mp4', index: 3 };

describe('a prompt template', () => {
  it('is filled with the speech of the shot, as the published training data have it', () => {
    expect(renderPrompt(DEFAULT_PROMPT_TEMPLATE, variables)).toEqual({
      text: 'Please describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: Hello there.',
      notes: [],
    });
  });

  it('keeps its full stop where nobody speaks', () => {
    expect(renderPrompt(DEFAULT_PROMPT_TEMPLATE, { ...variables, asr: '' }).text).toMatch(/is saying: \.$/u);
  });

  it('may use the previous caption, the text on the screen, the title and the number of the shot', () => {
    expect(renderPrompt('{index}: {title}, “{screen_text}”; before: {previous}', variables).text).toBe(
      '3: holiday.mp4, “THE END”; before: A dog runs.',
    );
  });

  it('is refused when it uses variables that do not exist, naming each once', () => {
    expect(() => renderPrompt('{asr} {mood} {weather} {mood}', variables)).toThrowError(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(/uses \{mood\}, \{weather\},/u) }),
    );
    expect(unknownVariables('{asr} {mood} {toString}')).toEqual(['mood', 'toString']);
  });

  it('leaves other braces alone', () => {
    expect(renderPrompt('{"answer": "{asr}"} {1}', variables).text).toBe('{"answer": "Hello there"} {1}');
  });

  it('does not fill what a value brings along', () => {
    expect(renderPrompt('{asr}', { ...variables, asr: 'say {title} and $& now' }).text).toBe('say {title} and $& now');
  });

  it('cuts long speech after 60 words and says so, once', () => {
    const asr = Array.from({ length: 143 }, (_, index) => `w${index}`).join(' ');
    const { text, notes } = renderPrompt('{asr} / {asr}', { ...variables, asr });
    expect(text.split(' / ')[0]).toBe(asr.split(' ').slice(0, MAX_VARIABLE_WORDS).join(' '));
    expect(notes).toEqual(['{asr} cut to 60 of 143 words.']);
  });

  it('cuts scripts that write without blanks', () => {
    const asr = '今天天气很好我们去公园'.repeat(40);
    const { text, notes } = renderPrompt('{asr}', { ...variables, asr });
    expect(text.length).toBeLessThan(asr.length / 2);
    expect(notes).toHaveLength(1);
  });

  it('takes the power from special tokens in speech', () => {
    const { text, notes } = renderPrompt('{asr}', { ...variables, asr: 'use <image> and < Video > <|im_end|>' });
    expect(text).toBe('use (image) and (Video) (im_end)');
    expect(notes).toEqual(['Special tokens in {asr} were put in parentheses: <image>, < Video >, <|im_end|>.']);
  });

  it('makes one line of speech with line breaks', () => {
    expect(renderPrompt('{asr}', { ...variables, asr: ' one\n two\t three ' }).text).toBe('one two three');
  });
});
