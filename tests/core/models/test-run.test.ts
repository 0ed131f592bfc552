import { describe, expect, it } from 'vitest';
import { tinyWhisperFolder } from '../engines/support/tiny-whisper.ts';
import { startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const signal = new AbortController().signal;

describe('a test run', () => {
  it('captions a frame of the sample video with the embedded captioner, word by word', async () => {
    const core = startStudioCore(temporaryFolder());
    const texts: string[] = [];
    core.events.on('modelTestText', ({ modelId, text }) => modelId === 'shotluck-nano' && texts.push(text));
    const result = await core.services.testRuns.run('shotluck-nano', signal);
    expect(result.text).toMatch(/\bdog\b/u);
    expect(result.device).toBe('cpu');
    expect(result.meanLogProb).toBeLessThan(0);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.at(-1)).toBe(result.text);
    const { dataUrl } = await core.services.testRuns.picture('shotluck-nano', signal);
    expect(dataUrl).toMatch(/^data:image\/jpeg;base64,\/9j\//u);
  });

  it('lets a speech model write down what the narrator of the sample video says', async () => {
    const core = startStudioCore(temporaryFolder());
    const texts: string[] = [];
    core.events.on('modelTestText', ({ modelId, text }) => modelId === 'whisper-base-q4' && texts.push(text));
    const result = await core.services.testRuns.run('whisper-base-q4', signal);
    expect(result.text.toLowerCase()).toContain('a stream runs over the rocks in the forest');
    expect(result.device).toBe('cpu');
    expect(result.loadSeconds).toBeGreaterThan(0);
    expect(Math.exp(result.meanLogProb ?? 0)).toBeGreaterThan(0.5);
    expect(result.notes).toEqual([expect.stringContaining('"en"')]);
    expect(texts.at(-1)).toBe(result.text);
    await expect(core.services.testRuns.picture('whisper-base-q4', signal)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('reads the end card of the sample video, line by line', async () => {
    const core = startStudioCore(temporaryFolder());
    const result = await core.services.testRuns.run('pp-ocr', signal);
    expect(result.text.split('\n')).toEqual([
      'The end',
      expect.stringMatching(/^Photographs by /u),
      expect.stringMatching(/public domain$/u),
      'CC BY 4.0',
    ]);
    expect(result.device).toBe('cpu');
    expect(Math.exp(result.meanLogProb ?? 0)).toBeGreaterThan(0.8);
    const { dataUrl } = await core.services.testRuns.picture('pp-ocr', signal);
    expect(dataUrl).not.toBe((await core.services.testRuns.picture('shotluck-nano', signal)).dataUrl);
  });

  it('of a folder of one’s own works the same way', async () => {
    const core = startStudioCore(temporaryFolder());
    const modelId = await core.services.models.addFolderAt(tinyWhisperFolder);
    const result = await core.services.testRuns.run(modelId, signal);
    expect(result).toMatchObject({ device: 'cpu', seconds: expect.any(Number) });
  });

  it('ends at once when it is cancelled', async () => {
    const core = startStudioCore(temporaryFolder());
    const abort = new AbortController();
    const running = core.services.testRuns.run('transnet-v2', abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says why it cannot be', async () => {
    const core = startStudioCore(temporaryFolder());
    await expect(core.services.testRuns.run('silero-vad', signal)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(core.services.testRuns.run('no-such-model', signal)).rejects.toMatchObject({ code: 'not-found' });
    await expect(core.services.testRuns.run('smolvlm-256m', signal)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('not downloaded yet'),
    });
    await expect(core.services.testRuns.run('shotluck-holmes-1.5b', signal)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('models/convert'),
    });
  });
});
