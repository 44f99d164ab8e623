// Small pieces of which all rules of the phone are made. Pure.
import type { Deed, Doing, News, Online, Phone, Step } from './phone-states.js';

export function stay(phone: Phone): Step {
  return { phone, deeds: [] };
}

/** What was said of the call before is old. */
export function go({ news: _, ...phone }: Online, doing: Doing, ...deeds: Deed[]): Step {
  return { phone: { ...phone, doing }, deeds };
}

/** Free again, camera off. */
export function end({ news: _, ...phone }: Online, news: News | undefined, ...deeds: Deed[]): Step {
  return {
    phone: { ...phone, doing: { is: 'free' }, ...(news && { news }) },
    deeds: [...deeds, { do: 'let media go' }],
  };
}

/** Nothing but one more sentence. */
export function tell(phone: Online, text: string): Step {
  return stay({ ...phone, news: { text } });
}
