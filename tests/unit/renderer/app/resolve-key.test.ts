import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src-renderer/app/commands/command.ts';
import { createCommandRegistry } from '../../../../src-renderer/app/commands/command-registry.ts';
import { isReservedKey, refusalOf, resolveKey, type KeySituation } from '../../../../src-renderer/app/commands/resolve-key.ts';

const command = (id: string, shortcuts: Command['shortcuts'], more: Partial<Command> = {}): Command => ({
  id,
  label: 'commands.undo',
  group: 'edit',
  shortcuts,
  run: () => undefined,
  ...more,
});

const split = command('shots.split', { studio: ['S'], nle: ['Mod+B'] });
const step = command('player.step', ['ArrowRight'], { repeats: true });
const accept = command('captions.accept', ['Mod+Enter', 'A'], { worksWhileTyping: true });
const undo = command('history.undo', ['Mod+Z']);
const all = [split, step, accept, undo];

const resting: KeySituation = { preset: 'studio', isMac: false, isTyping: false, isRepeat: false };
const press = (key: string, ctrlKey = false) => ({ key, code: '', ctrlKey, metaKey: false, shiftKey: false, altKey: false });

describe('which command a key means', () => {
  test('follows the keymap; a keymap that says nothing of a command has the keys of Studio', () => {
    expect(resolveKey(all, press('s'), resting)).toBe(split);
    expect(resolveKey(all, press('s'), { ...resting, preset: 'nle' })).toBeUndefined();
    expect(resolveKey(all, press('b', true), { ...resting, preset: 'nle' })).toBe(split);
    expect(resolveKey(all, press('s'), { ...resting, preset: 'losslesscut' })).toBe(split);
  });

  test('a key whose command is refused means nothing, and gives the reason', () => {
    const refused = command('shots.merge', ['M'], { refusal: 'Read-only.', when: () => false });
    expect(resolveKey([...all, refused], press('m'), resting)).toBeUndefined();
    expect(refusalOf([...all, refused], press('m'), resting)).toBe('Read-only.');
    expect(refusalOf([...all, refused], press('m'), { ...resting, isTyping: true }), 'a letter of a text').toBeUndefined();
    expect(refusalOf([...all, refused], press('s'), resting)).toBeUndefined();
  });

  test('while typing, only commands that say so, and never by a key that types', () => {
    const typing = { ...resting, isTyping: true };
    expect(resolveKey(all, press('s'), typing)).toBeUndefined();
    expect(resolveKey(all, press('z', true), typing)).toBeUndefined();
    expect(resolveKey(all, press('Enter', true), typing)).toBe(accept);
    expect(resolveKey(all, press('a'), typing)).toBeUndefined();
    expect(resolveKey(all, press('a'), resting)).toBe(accept);
  });

  test('a key that is held down repeats only what may repeat', () => {
    const held = { ...resting, isRepeat: true };
    expect(resolveKey(all, press('ArrowRight'), held)).toBe(step);
    expect(resolveKey(all, press('s'), held)).toBeUndefined();
  });

  test('a command that is not available leaves its key to another', () => {
    const isOff = command('library.remove', ['S'], { when: () => false });
    expect(resolveKey([split, isOff], press('s'), resting)).toBe(split);
  });

  test('a key with a modifier is the studio’s also while its command is not available: the browser must not leave the page', () => {
    const nudge = command('shots.nudgeEarlier', ['Alt+ArrowLeft'], { when: () => false });
    const altLeft = { ...press('ArrowLeft'), altKey: true };
    expect(resolveKey([nudge], altLeft, resting)).toBeUndefined();
    expect(isReservedKey([nudge], altLeft, resting)).toBe(true);
    expect(isReservedKey([split], altLeft, resting)).toBe(false);
    expect(isReservedKey([command('library.remove', ['S'], { when: () => false })], press('s'), resting)).toBe(false);
  });

  test('the command registered last wins', () => {
    const special = command('page.special', ['S']);
    expect(resolveKey([split, special], press('s'), resting)).toBe(special);
  });
});

describe('the registry', () => {
  test('lists what is registered until it is taken away, and announces both', () => {
    const registry = createCommandRegistry();
    let changes = 0;
    registry.onChange(() => changes++);
    const remove = registry.register(['shots.split'], () => split);
    expect(registry.list()).toEqual([split]);
    remove();
    expect(registry.list()).toEqual([]);
    expect(changes).toBe(2);
  });

  test('notifies listeners when a label or an availability has changed', () => {
    const registry = createCommandRegistry();
    const before = registry.version();
    registry.announceChange();
    expect(registry.version()).not.toBe(before);
  });

  test('runs by id only what is available', () => {
    const registry = createCommandRegistry();
    let runs = 0;
    let isOn = false;
    registry.register(['x'], () => command('x', [], { when: () => isOn, run: () => runs++ }));
    expect(registry.run('x')).toBe(false);
    isOn = true;
    expect(registry.run('x')).toBe(true);
    expect(registry.run('unknown')).toBe(false);
    expect(runs).toBe(1);
  });

  test('two commands of one name are a fault of the program', () => {
    const registry = createCommandRegistry();
    registry.register(['x'], () => undefined);
    expect(() => registry.register(['x'], () => undefined)).toThrow('Two commands are called x');
  });
});
