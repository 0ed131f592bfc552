import classes from './transcript.module.css';

/** What was mended or left out when a file was read, one line each. */
export function ImportNotes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <ul className={classes.importNotes}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
