import type { CheckReport, CheckSeverity } from '#shared/contract/export-check.ts';
import { inEnglish } from '#shared/words/words.ts';

/** A report as a manifest has it, in English. */
export interface ManifestCheck {
  readonly trainer: string | null;
  readonly rows: number;
  readonly rowsKept: number;
  /** As many as `leaveOutRefused` leaves out. */
  readonly rowsRefused: number;
  readonly tokenLimit: CheckReport['tokenLimit'];
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: CheckSeverity;
    readonly title: string;
    readonly count: number;
    readonly places: readonly { readonly where: string; readonly reason: string }[];
  }[];
}

export function inManifest({ trainer, rows, rowsKept, rowsRefused, tokenLimit, findings }: CheckReport): ManifestCheck {
  return {
    trainer,
    rows,
    rowsKept,
    rowsRefused,
    tokenLimit,
    findings: findings.map(({ rule, severity, title, count, places }) => ({
      rule,
      severity,
      title: inEnglish(title),
      count,
      places: places.map(({ where, reason }) => ({ where, reason: inEnglish(reason) })),
    })),
  };
}
