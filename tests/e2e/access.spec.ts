import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { type ServedStudio, serveStudio } from '../helpers/served-studio.ts';
import { PeoplePage } from './pages/people-page.ts';
import { StudioShell } from './pages/studio-shell.ts';

let studio: ServedStudio;
test.beforeAll(async () => {
  studio = await serveStudio();
});
test.afterAll(() => studio.dispose());

const origin = (): string => new URL(studio.url).origin;

test('nobody gets in without the printed address', async ({ request }) => {
  expect((await request.get(`${origin()}/`)).status()).toBe(401);
  expect((await request.get(`${origin()}/?token=guess`)).status()).toBe(401);
  expect((await request.post(`${origin()}/uploads?name=a.mp4&size=1`, { data: 'x' })).status()).toBe(401);
  expect((await request.get(`${origin()}/media/anything`)).status()).toBe(401);
});

test('a link from another site leads in, although its cookie does not travel from there', async ({ browser }) => {
  const mail = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(`<a href="${studio.annotatorUrl}">Annotate with us</a>`),
  ).listen(0, '127.0.0.1');
  await once(mail, 'listening');
  const context = await browser.newContext();
  const page = await context.newPage();
  // For a browser, localhost and 127.0.0.1 are two sites.
  await page.goto(`http://localhost:${(mail.address() as AddressInfo).port}/`);
  await page.getByRole('link', { name: 'Annotate with us' }).click();
  await expect(new PeoplePage(page).nameDialog).toBeVisible();
  expect(page.url(), 'the token does not stay in the address').toBe(`${origin()}/`);
  expect(await page.evaluate('document.cookie'), 'scripts cannot read the session').toBe('');
  await context.close();
  mail.close();
});

test('a page of another site that leads an owner to the annotators’ address takes nothing from them', async ({ browser }) => {
  const other = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(`<meta http-equiv="refresh" content="0;url=${studio.annotatorUrl}">`),
  ).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(studio.url);
  await new StudioShell(page).waitUntilReady();
  const lured = await context.newPage();
  await lured.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
  await lured.waitForURL(`${origin()}/`);
  await new StudioShell(lured).waitUntilReady();
  await page.reload();
  for (const each of [page, lured]) await expect(each.getByRole('button', { name: 'New project' }).first()).toBeVisible();
  await context.close();
  other.close();
});

test('a page whose session has ended says so, and goes on after the address was opened again', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(studio.url);
  await new StudioShell(page).waitUntilReady();
  await context.clearCookies();
  await studio.crash();
  await studio.start();
  await expect(page.getByText('Your session has ended.')).toBeVisible({ timeout: 20_000 });
  await page
    .context()
    .newPage()
    .then((again) => again.goto(studio.url));
  await expect(page.getByText('Your session has ended.')).toBeHidden({ timeout: 20_000 });
  await context.close();
});

test('a page of another origin is refused, with the cookie too, and so is a foreign host name', async ({ request }) => {
  await request.get(studio.url);
  expect((await request.get(`${origin()}/`)).status()).toBe(200);
  expect(
    (await request.post(`${origin()}/uploads?name=a.mp4&size=1`, { data: 'x', headers: { origin: 'http://evil.example' } })).status(),
  ).toBe(403);
  expect((await request.get(`${origin()}/`, { headers: { host: 'evil.example' } })).status()).toBe(403);
});

test('no address leads out of the folders that are served', async ({ request }) => {
  await request.get(studio.url);
  for (const address of ['/..%2f..%2fpackage.json', '/export/x/..%2f..%2fproject.db', '/media/..%2f..%2fetc%2fpasswd', '/sprite/a/..%2fx'])
    expect((await request.get(origin() + address)).status()).toBe(404);
});

test('the page loads nothing from elsewhere and runs no foreign script', async ({ request }) => {
  const policy = (await request.get(studio.url)).headers()['content-security-policy'];
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe-eval');
});
