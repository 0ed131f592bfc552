import { describe, expect, it } from 'vitest';
import { hostHeaders, reachableNames } from '../../../src-main/hosts/serve/reachable-names.ts';

describe('the names under which a server is reached', () => {
  it.each([
    ['::1', '[::1]'],
    ['0:0:0:0:0:0:0:1', '[::1]'],
    ['2001:DB8::5', '[2001:db8::5]'],
    ['127.0.0.1', '127.0.0.1'],
    ['Studio.local', 'studio.local'],
  ])('stand in addresses as browsers write them: %s', (host, name) => {
    expect(reachableNames(host)[0]).toBe(name);
    expect(URL.parse(`http://${name}:8080/`)?.host).toBe(`${name}:8080`);
  });

  it('are those of every network of this computer where it listens on all', () => {
    expect(reachableNames('::')).toEqual(expect.arrayContaining(['127.0.0.1', 'localhost', '[::1]']));
  });

  it('come without a port where browsers leave it out', () => {
    expect(hostHeaders(['[::1]', 'localhost'], 80)).toEqual(['[::1]:80', '[::1]', 'localhost:80', 'localhost']);
    expect(hostHeaders(['localhost'], 8080)).toEqual(['localhost:8080']);
  });
});
