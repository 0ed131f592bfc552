/** The languages that Whisper knows (its paper, appendix E), by their codes; `yue` came with later models. */
const CODES =
  'af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh'.split(
    ' ',
  );

/** Whisper's own code where it is none that `Intl` knows. */
const INTL_CODES: Readonly<Record<string, string>> = { jw: 'jv' };

/** `German` for `de`, in the language of the studio. */
export function languageName(code: string, locale: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(INTL_CODES[code] ?? code) ?? code;
}

/** Every language that can be chosen, by name. */
export function speechLanguages(locale: string): { readonly value: string; readonly label: string }[] {
  return CODES.map((value) => ({ value, label: languageName(value, locale) })).toSorted((a, b) => a.label.localeCompare(b.label, locale));
}
