import type { DoctorCheck, Finding, FindingCode, Remedy, Verdict } from '../../model/doctor.ts';
import { fillFirst, type TemplateValues } from '../../model/template.ts';
import { findingTexts } from './words.ts';

export interface FindingDraft {
  readonly verdict: Verdict;
  readonly object: string;
  readonly params?: TemplateValues;
  readonly remedy?: Remedy;
}

/** A finding in English; in other languages its code and its params say the same. */
export function finding(check: DoctorCheck, code: FindingCode, { verdict, object, params = {}, remedy }: FindingDraft): Finding {
  const values = { ...params, object };
  const { cause, fix = [] } = findingTexts[code];
  const help = fillFirst(fix, values);
  return {
    check,
    code,
    verdict,
    object,
    cause: fillFirst(cause, values) ?? code,
    ...(help !== undefined && { fix: help }),
    ...(remedy !== undefined && { remedy }),
    params: values,
  };
}
