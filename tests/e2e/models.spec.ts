import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type LocalHub, startLocalHub } from '../helpers/local-hub.ts';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { ModelsPage } from './pages/models-page.ts';

const nano = path.resolve(import.meta.dirname, '../../models/shotluck-nano');
const MODEL = 'SmolVLM 256M';
const LONG_MS = 90_000;

test.describe.configure({ mode: 'serial' });
test.setTimeout(180_000);

let hub: LocalHub;
let studio: ServedStudio;
let page: Page;

/** A hub on this machine that gives the embedded captioner's files under the name of another model. */
test.beforeAll(async ({ browser }) => {
  const names = readdirSync(nano, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(json|onnx)$/u.test(name));
  const files = Object.fromEntries(names.map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(nano, name))]));
  hub = await startLocalHub('HuggingFaceTB/SmolVLM-256M-Instruct', files);
  process.env.HF_ENDPOINT = hub.url;
  studio = await serveStudio();
  page = await browser.newPage();
  await page.goto(studio.url);
  await new ModelsPage(page).open();
});

test.afterAll(async () => {
  delete process.env.HF_ENDPOINT;
  await page.close();
  await studio.dispose();
  hub.close();
});

test('a model is downloaded once its licence is confirmed, and not while the network is switched off', async () => {
  const models = new ModelsPage(page);
  const offline = page.getByRole('switch', { name: 'Stay off the network' });
  await offline.click();
  await expect(offline).toBeChecked();
  await models.action(MODEL, 'Download…').click();
  await page.getByLabel('I have read the licence').check();
  await expect(page.getByRole('button', { name: 'Download', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');
  await offline.click();
  await expect(offline).not.toBeChecked();
  expect(hub.fileRequests).toEqual([]);

  await models.download(MODEL);
  await expect(models.section('Installed').getByRole('listitem', { name: MODEL, exact: true })).toBeVisible({ timeout: LONG_MS });
  expect(hub.fileRequests).toContain('onnx/decoder_model_merged_quantized.onnx');
});

test('it is tried on the sample frame, and chosen for captions', async () => {
  const models = new ModelsPage(page);
  await models.action(MODEL, 'Test run').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img')).toBeVisible();
  await expect(dialog.getByText(/\bdog\b/u).last()).toBeVisible({ timeout: LONG_MS });
  await expect(dialog.getByText('% sure')).toBeVisible({ timeout: LONG_MS });
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await models.action(MODEL, 'Use for captions').click();
  await expect(models.model(MODEL)).toContainText('In use');
  await expect(models.model('Shotluck Nano')).not.toContainText('In use');
});

test('the text reader is tried on the end card', async () => {
  const models = new ModelsPage(page);
  const dialog = page.getByRole('dialog');
  await models.action('PP-OCRv4', 'Test run').click();
  await expect(dialog.getByRole('img')).toBeVisible();
  await expect(dialog.getByText(/^The end.*CC BY 4\.0$/su)).toBeVisible({ timeout: LONG_MS });
  await page.keyboard.press('Escape');
});

test('it is removed after a question, and the embedded captioner takes its place', async () => {
  const models = new ModelsPage(page);
  await models.action(MODEL, /^Remove/u).click();
  await expect(page.getByRole('dialog')).toContainText('the embedded captioner will take over');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(models.section('Available').getByRole('listitem', { name: MODEL, exact: true })).toBeVisible();
  await expect(models.model('Shotluck Nano')).toContainText('In use');
});

test('a text model in the model folder is tried on captions and speech, and chosen for summaries', async () => {
  cpSync(path.resolve(import.meta.dirname, '../fixtures/models/writers/llama'), path.join(studio.dataDir, 'models/my writer'), {
    recursive: true,
  });
  await page.reload();
  const models = new ModelsPage(page);
  await models.open();
  await page.getByRole('radiogroup', { name: 'Used for' }).getByText('Summaries', { exact: true }).click();
  await expect(models.model('SmolLM2 360M Instruct')).toBeVisible();
  await expect(models.model('Shotluck Nano')).toHaveCount(0);
  await models.action('my writer', 'Test run').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('% sure')).toBeVisible({ timeout: LONG_MS });
  await dialog.getByText('Text given to the model').click();
  await expect(dialog.getByText('A herd of horses rests on a green hill.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await models.action('my writer', 'Use for summaries').click();
  await expect(models.model('my writer')).toContainText('In use');
  await page.getByRole('radiogroup', { name: 'Used for' }).getByText('All', { exact: true }).click();
});

test('models are found by kind and by words', async () => {
  const models = new ModelsPage(page);
  await page.getByRole('radiogroup', { name: 'Used for' }).getByText('Speech', { exact: true }).click();
  await expect(models.model('Whisper tiny')).toBeVisible();
  await expect(models.model(MODEL)).toHaveCount(0);
  await page.getByRole('textbox', { name: 'Search models' }).fill('zebra');
  await expect(page.getByText('No matching models')).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(models.model(MODEL)).toBeVisible();
});
