/** Speech of one chunk and how likely each language is in it. */
export interface LanguageBallot {
  readonly speechS: number;
  readonly languages: Readonly<Record<string, number>>;
}

/** Enough speech to name a video's language by; a few words are often taken for another. */
const ENOUGH_SPEECH_S = 20;
const SURE = 0.9;

/** Finds the language of a whole recording from its chunks, each counting by how much is said in it. */
export interface LanguageVote {
  add(ballot: LanguageBallot): void;
  /** The likeliest so far; null before the first ballot. */
  leader(): string | null;
  /** The leader, once enough speech was transcribed or there is no doubt; from then on it is not asked again. */
  decided(): string | null;
}

export function createLanguageVote(): LanguageVote {
  const weights = new Map<string, number>();
  let totalS = 0;

  function leader(): string | null {
    let best: string | null = null;
    for (const [language, weight] of weights) if (best === null || weight > (weights.get(best) ?? 0)) best = language;
    return best;
  }

  return {
    add({ speechS, languages }) {
      totalS += speechS;
      for (const [language, share] of Object.entries(languages)) weights.set(language, (weights.get(language) ?? 0) + share * speechS);
    },
    leader,
    decided() {
      const best = leader();
      if (best === null) return null;
      const share = (weights.get(best) ?? 0) / totalS;
      return totalS >= ENOUGH_SPEECH_S || (totalS >= 5 && share >= SURE) ? best : null;
    },
  };
}
