import { Store } from 'express-session';
import type { HoldfastError } from '../errors.ts';
import type { DroppedSave, FailedSave, ReplacedChange } from '../util/listeners.ts';
import { rememberInstance, wrappable } from '../util/wrappable.ts';

/** The events of {@link RedisStore}, with what their listeners receive. */
export interface StoreEvents {
  warning: [warning: HoldfastError];
  dropped: [dropped: DroppedSave];
  conflict: [conflict: ReplacedChange];
  saveError: [failed: FailedSave];
  disconnect: [];
  connect: [];
}

type Listener<Event extends keyof StoreEvents> = (...details: StoreEvents[Event]) => void;

/** A store of express-session whose events have types, so that the compiler finds a misspelled name. */
export abstract class StoreWithEvents extends Store {
  static {
    wrappable(StoreWithEvents);
  }

  constructor() {
    super();
    rememberInstance(this);
  }

  override on<Event extends keyof StoreEvents>(event: Event, listener: Listener<Event>): this {
    return super.on(event, listener);
  }

  override once<Event extends keyof StoreEvents>(event: Event, listener: Listener<Event>): this {
    return super.once(event, listener);
  }

  override off<Event extends keyof StoreEvents>(event: Event, listener: Listener<Event>): this {
    return super.off(event, listener);
  }

  override addListener<Event extends keyof StoreEvents>(
    event: Event,
    listener: Listener<Event>,
  ): this {
    return super.addListener(event, listener);
  }

  override removeListener<Event extends keyof StoreEvents>(
    event: Event,
    listener: Listener<Event>,
  ): this {
    return super.removeListener(event, listener);
  }

  override prependListener<Event extends keyof StoreEvents>(
    event: Event,
    listener: Listener<Event>,
  ): this {
    return super.prependListener(event, listener);
  }

  override prependOnceListener<Event extends keyof StoreEvents>(
    event: Event,
    listener: Listener<Event>,
  ): this {
    return super.prependOnceListener(event, listener);
  }

  override removeAllListeners(event?: keyof StoreEvents): this {
    return event === undefined ? super.removeAllListeners() : super.removeAllListeners(event);
  }
}
