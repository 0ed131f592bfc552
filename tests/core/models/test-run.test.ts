import { describe, expect, it } from 'vitest';
import { startStudioCore } from '../../helpers/studio-core.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

const signal = new AbortController().signal;

describe('a test run', () => {
  it('captions a frame of the sample film with the embedded captioner, word by word', async () => {
    const core = startStudioCore(temporaryFolder());
    const texts: string[] = [];
    core.events.on('modelTestText', ({ modelId, text }) => modelId === 'shotluck-nano' && texts.push(text));
    const result = await core.services.testRuns.run('shotluck-nano', signal);
    expect(result.text).toMatch(/\bdog\b/u);
    expect(result.device).toBe('cpu');
    expect(result.meanLogProb).toBeLessThan(0);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.at(-1)).toBe(result.text);
    const { dataUrl } = await core.services.testRuns.picture(signal);
    expect(dataUrl).toMatch(/^data:image\/jpeg;base64,\/9j\//u);
  });

  it('ends at once when it is cancelled', async () => {
    const core = startStudioCore(temporaryFolder());
    const abort = new AbortController();
    const running = core.services.testRuns.run('transnet-v2', abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says why it cannot be', async () => {
    const { api } = startTestCore().as('ann');
    await expect(api.models.testPicture({})).rejects.toMatchObject({ code: 'unsupported' });
    const core = startStudioCore(temporaryFolder());
    await expect(core.services.testRuns.run('no-such-model', signal)).rejects.toMatchObject({ code: 'not-found' });
    await expect(core.services.testRuns.run('smolvlm-256m', signal)).rejects.toMatchObject({ code: 'model-missing', message: expect.stringContaining('not downloaded yet') });
    await expect(core.services.testRuns.run('shotluck-holmes-1.5b', signal)).rejects.toMatchObject({ code: 'model-missing', message: expect.stringContaining('models/convert') });
  });
});
