import type { WritableDb } from '../database.ts';

/**
 * The indexes of texts said where in a text each word stands, which took two thirds of their room and nobody asked: a search looks for words, not for phrases, and ranks nothing. Without it there
 * is room for an index of first letters, so that a search for one of them need not go through all words that begin with it.
 *
 * They also took marks for gaps between words, as FTS5 does by default (SQLite 3.54.1, sqlite.org/fts5.html, 4.3.1): vowel signs of Hindi, Bengali, Tamil or Thai, points of
 * Hebrew and Arabic. They are parts of words; accents of Latin letters make no difference still.
 */
export const migration011 = {
  version: 11,
  up(db: WritableDb): void {
    db.exec(indexOf('text_search', 'current_texts'));
    db.exec(indexOf('screen_text_search', 'screen_texts'));
  },
};

/** The triggers that fill it stay as they are. */
function indexOf(name: string, content: string): string {
  return `
    DROP TABLE ${name};
    CREATE VIRTUAL TABLE ${name} USING fts5 (
      text, content = '${content}', content_rowid = 'row_key', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'",
      detail = none, columnsize = 0, prefix = '1'
    );
    INSERT INTO ${name} (${name}) VALUES ('rebuild');
  `;
}
