// What went wrong, in words, with the id that the service's log has too.

import { known, t } from "./texts.js";

/** An answer that is no success, or none at all (`status` 0). */
export class Problem extends Error {
  constructor({ status = 0, slug = "no-answer", detail = "", errors = [], instance = "" }) {
    super(slug);
    Object.assign(this, { status, slug, detail, errors, instance });
  }

  static async of(answer) {
    const { status, headers } = answer;
    const ours = headers.get("Content-Type")?.startsWith("application/problem+json");
    const said = ours ? await answer.json() : {};
    const slug = said.type?.replace(/.*:/, "") ?? `http-${status}`;
    const instance = said.instance ?? headers.get("X-Request-ID") ?? "";
    return new Problem({ status, slug, detail: said.detail, errors: said.errors, instance });
  }

  /** One sentence for people. The service's own text is Portuguese, so the table goes first. */
  get words() {
    const what =
      known(`problem.${this.slug}`) ?? (this.detail || t("problem.other", { status: this.status }));
    const fields = (this.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
    const id = this.instance ? [t("problem.id", { id: this.instance })] : [];
    return [what, ...fields, ...id].join(" ");
  }
}
