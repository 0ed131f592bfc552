import type { Clock } from '#core/base/host.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { SettingsService } from '#core/base/settings/settings-service.ts';
import type { Caller, Role } from '#shared/contract/define.ts';
import { AppError } from '#shared/contract/errors.ts';
import { type Me, type PersonalSettings, type PersonInfo, PersonName } from '#shared/contract/people.ts';
import { defaultSettings, type Settings } from '#shared/contract/views.ts';
import type { ProjectOwners } from '#core/project/project-owners.ts';
import { PersonId } from '#shared/domain/ids.ts';
import { words } from '#shared/words/words.ts';
import type { OwnerNames } from './owner-names.ts';
import { cleanName, isReservedName, nameKey } from './person-name.ts';

/** Everything about a browser's session that is worth keeping over a crash. */
export interface GuestState {
  readonly personId: PersonId;
  readonly role: Role;
  readonly name: string | null;
  readonly isNameChosen: boolean;
  readonly theme: PersonalSettings['theme'];
  readonly keymap: PersonalSettings['keymap'];
  readonly sinceMs: number;
  readonly lastSeenMs: number;
  /** Names that the person worked under before, as `nameKey` gives them, the oldest first: their steps stand under those still. */
  readonly formerNames: readonly string[];
}

/** A person who works through a browser, as the host holds them. */
export interface Guest extends Caller {
  readonly personId: PersonId;
  state(): GuestState;
  /** A page of theirs was opened; the answer takes it away again. */
  arrive(): () => void;
  /** They asked for something. */
  seen(): void;
  /** Called once when the session ends, whoever ends it. */
  onEnd(listener: () => void): () => void;
  end(): void;
}

export interface PeopleParts {
  readonly settings: SettingsService;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly ownerNames: OwnerNames;
  readonly projectOwners: ProjectOwners;
}

export type PeopleService = ReturnType<typeof createPeopleService>;

interface Entry {
  state: Omit<GuestState, 'formerNames'>;
  readonly guest: Guest;
  readonly pages: Set<object>;
  readonly formerNames: Set<string>;
  /** By a clock that nobody sets. */
  seenAtMs: number;
  readonly endListeners: Set<() => void>;
}

/** Of one person. A program that says name after name must not take them all. */
const MAX_FORMER_NAMES = 8;

/** Who works on this studio: its own person, whose settings are the studio's, and the sessions of browsers that the host lets in. */
export function createPeopleService({ settings, events, clock, ownerNames, projectOwners }: PeopleParts) {
  const entries = new Map<PersonId, Entry>();
  /** The last of the settings that was noted as the owner's, so that a full disk is not tried at each call. */
  let noted: string | null = null;
  const changed = (): void => events.emit('changed', { table: 'people', videoId: null });

  function patch(entry: Entry, change: Partial<Entry['state']>): void {
    entry.state = { ...entry.state, ...change };
  }

  function entryOf(caller: Caller | undefined): Entry | null {
    const personId = caller?.personId ?? null;
    if (personId === null) return null;
    const entry = entries.get(personId);
    if (entry === undefined) throw hasEnded();
    return entry;
  }

  function end(personId: PersonId): void {
    const entry = entries.get(personId);
    if (entry === undefined) return;
    entries.delete(personId);
    for (const listener of entry.endListeners) listener();
    changed();
  }

  /**
   * A name belongs to one session, for undo goes by it; also one that its person worked under before, for their steps keep it. Somebody who comes back in another browser gets their name when no page of the old
   * one is open any more (which is asked anew, should it come back); a name that an owner ever worked under, in this studio or in the open project, is never given to an annotator.
   */
  function takeName(entry: Entry, wanted: string): string {
    const name = cleanName(wanted);
    // Cleaned, it may be longer than it was.
    if (!PersonName.safeParse(name).success || isReservedName(name))
      throw new AppError('invalid-input', words('app.noPersonName', { name: wanted }));
    const isOwner = entry.state.role === 'owner';
    const holders = holdersOf(name).filter((other) => other !== entry);
    const isTaken = holders.some((holder) => holder.pages.size > 0 || (holder.state.role === 'owner' && !isOwner));
    if (isTaken || (!isOwner && (isNameOfDesktop(name) || ownerNames.has(name) || projectOwners.has(nameKey(name)))))
      throw new AppError('conflict', words('app.nameTaken', { name }));
    for (const holder of holders) takeFrom(holder, name);
    remember(entry, name);
    if (isOwner) ownerNames.add(name);
    return name;
  }

  function takeFrom(holder: Entry, name: string): void {
    holder.formerNames.delete(nameKey(name));
    if (hasName(holder, name)) patch(holder, { name: null, isNameChosen: false });
  }

  function remember({ formerNames, state }: Entry, next: string): void {
    formerNames.delete(nameKey(next));
    if (state.name === null || nameKey(state.name) === nameKey(next)) return;
    formerNames.add(nameKey(state.name));
    const [oldest] = formerNames.size > MAX_FORMER_NAMES ? formerNames : [];
    if (oldest !== undefined) formerNames.delete(oldest);
  }

  /** As somebody works here now: an annotator who said a name before a project was opened in which it is an owner's says another one first. */
  function nameOf({ state: { name, role } }: Entry): string | null {
    return name !== null && role === 'annotator' && projectOwners.has(nameKey(name)) ? null : name;
  }

  function hasName({ state }: Entry, name: string): boolean {
    return state.name !== null && nameKey(state.name) === nameKey(name);
  }

  function holdersOf(name: string): Entry[] {
    return [...entries.values()].filter((entry) => hasName(entry, name) || entry.formerNames.has(nameKey(name)));
  }

  /** Under one of these the desktop works: what its person said, or the default until they do. */
  function isNameOfDesktop(name: string): boolean {
    return [settings.get().userName, defaultSettings.userName].some((own) => nameKey(own) === nameKey(name));
  }

  /** An owner's first browser is most likely that of the person whose name is in the settings. */
  function nameForOwner(): string | null {
    const own = settings.get().userName;
    const holders = holdersOf(own);
    if (own === defaultSettings.userName || holders.some(({ pages }) => pages.size > 0)) return null;
    for (const holder of holders) takeFrom(holder, own);
    return own;
  }

  /** Of the person at this machine. Noted before anything is done under it: the settings may be damaged or say another name one day, and history keeps this one. */
  function nameHere(): string {
    const { userName } = settings.get();
    if (userName !== noted && userName !== defaultSettings.userName) ownerNames.add(userName);
    noted = userName;
    return userName;
  }

  function createGuest(entry: () => Entry, role: Role, personId: PersonId): Guest {
    const seen = (): void => {
      entry().seenAtMs = performance.now();
      patch(entry(), { lastSeenMs: clock.nowMs() });
    };
    return {
      role,
      personId,
      name() {
        if (!entries.has(personId)) throw hasEnded();
        return nameOf(entry());
      },
      state: () => ({ ...entry().state, formerNames: [...entry().formerNames] }),
      seen,
      onCall: seen,
      arrive() {
        const page = {};
        entry().pages.add(page);
        changed();
        return () => {
          if (entry().pages.delete(page)) changed();
        };
      },
      onEnd(listener) {
        entry().endListeners.add(listener);
        return () => entry().endListeners.delete(listener);
      },
      end: () => end(personId),
    };
  }

  function meOf(caller: Caller | undefined): Me {
    const entry = entryOf(caller);
    if (entry === null) return { personId: null, name: caller?.name() ?? nameHere(), isNameChosen: true, role: caller?.role ?? 'owner' };
    const { personId, isNameChosen, role } = entry.state;
    const name = nameOf(entry);
    return { personId, name, isNameChosen: isNameChosen && name !== null, role };
  }

  function settingsOf(caller: Caller | undefined): Settings {
    const entry = entryOf(caller);
    if (entry === null) return settings.get();
    const { theme, keymap, role } = entry.state;
    const name = nameOf(entry);
    const shared = settings.get();
    // Addresses of servers are the owner's: their paths may be secrets, and who may list them is `endpoints.list`.
    const endpoints = role === 'owner' ? shared.endpoints : [];
    return { ...shared, endpoints, userName: name ?? defaultSettings.userName, theme, keymap };
  }

  return {
    /** Lets a browser in. `kept`: a session of an earlier process that crashed. */
    join(role: Role, kept?: GuestState): Guest {
      const nowMs = clock.nowMs();
      const name = role === 'owner' ? nameForOwner() : null;
      const { theme, keymap } = name === null ? defaultSettings : settings.get();
      const { formerNames = [], ...state } = kept ?? {
        personId: PersonId.parse(crypto.randomUUID()),
        role,
        name,
        isNameChosen: false,
        theme,
        keymap,
        sinceMs: nowMs,
        lastSeenMs: nowMs,
      };
      if (state.role === 'owner') for (const each of [...formerNames, ...(state.name === null ? [] : [state.name])]) ownerNames.add(each);
      const entry: Entry = {
        state,
        pages: new Set(),
        formerNames: new Set(formerNames),
        seenAtMs: performance.now(),
        endListeners: new Set(),
        guest: createGuest(() => entry, state.role, state.personId),
      };
      entries.set(state.personId, entry);
      changed();
      return entry.guest;
    },

    end,

    /** Ends the sessions that asked for nothing for `maxIdleMs`. */
    endIdle(maxIdleMs: number): void {
      for (const { seenAtMs, state } of entries.values()) if (performance.now() - seenAtMs > maxIdleMs) end(state.personId);
    },

    /**
     * Makes room: ends the session of this role without an open page that was away the longest, first of those who never said a name, for
     * whoever opens the address again and again says none. False when everybody is here.
     */
    endLongestAway(role: Role): boolean {
      const [longest] = [...entries.values()]
        .filter(({ pages, state }) => state.role === role && pages.size === 0)
        .toSorted((left, right) => Number(left.state.name !== null) - Number(right.state.name !== null) || left.seenAtMs - right.seenAtMs);
      if (longest !== undefined) end(longest.state.personId);
      return longest !== undefined;
    },

    nameHere,

    /** Before an owner's command is carried out: the project keeps the name, so that it is no annotator's wherever the project is opened. */
    noteOwner(name: string): void {
      if (name !== '' && name !== defaultSettings.userName && !isReservedName(name)) projectOwners.note(nameKey(name));
    },

    /** For a project that was opened: in one of an earlier studio nobody's name was kept, but this studio may know its owners. */
    noteKnownOwners: (): void => projectOwners.note(...ownerNames.among(projectOwners.actors()).map(nameKey)),

    me: meOf,
    /** The studio's settings, with what the caller chose for themselves. */
    settingsOf,

    introduce(
      caller: Caller | undefined,
      { name, theme, keymap }: { name: string } & Partial<Pick<PersonalSettings, 'theme' | 'keymap'>>,
    ): Me {
      this.personalise(caller, { userName: name, ...(theme !== undefined && { theme }), ...(keymap !== undefined && { keymap }) });
      return meOf(caller);
    },

    /** The studio's own person is in the settings' file; a browser's lives as long as its session. */
    personalise(caller: Caller | undefined, change: Partial<PersonalSettings>): Settings {
      const entry = entryOf(caller);
      if (entry === null) {
        if (change.userName !== undefined && change.userName !== defaultSettings.userName) ownerNames.add(change.userName);
        return settings.update(change);
      }
      const { userName, ...rest } = change;
      patch(entry, { ...rest, ...(userName !== undefined && { name: takeName(entry, userName), isNameChosen: true }) });
      changed();
      events.emit('changed', { table: 'settings', videoId: null });
      // Undo and redo go by the name.
      events.emit('changed', { table: 'history', videoId: null });
      return settingsOf(caller);
    },

    /** With the studio. */
    close: (): void => ownerNames.close(),

    list: (): PersonInfo[] =>
      [...entries.values()].map(({ state: { personId, name, role, sinceMs, lastSeenMs }, pages }) => ({
        personId,
        name,
        role,
        isHere: pages.size > 0,
        sinceMs,
        lastSeenMs,
      })),
  };
}

function hasEnded(): AppError {
  return new AppError('forbidden', words('app.sessionEnded'));
}
