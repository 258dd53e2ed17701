/** Text that may stand in a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Tag of a template for HTML: every value is escaped, unless it is {@link Html} or a list of it. */
export function html(
  strings: TemplateStringsArray,
  ...values: (string | number | Html | Html[])[]
): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(asText)));
}

function asText(value: string | number | Html | Html[]): string {
  if (Array.isArray(value)) return value.map(asText).join('');
  if (value instanceof Html) return value.text;
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
