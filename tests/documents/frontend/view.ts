// What a doctor sees, as far as the story asks for it.

export const badges: string[][] = [];
export const said: string[] = [];
export const tokens: string[] = [];
export let hasEnded = false;
let news = () => {};

export const view = {
  badge(doctors: string[]): void {
    badges.push(doctors);
    news();
  },
  call(token: string): void {
    tokens.push(token);
  },
  say(text: string): void {
    said.push(text);
  },
  ended(): void {
    hasEnded = true;
    news();
  },
};

export async function until(seen: () => boolean): Promise<void> {
  while (!seen()) await new Promise<void>((resume) => (news = resume));
}
