package com.android.tools.r8;

/** What Android's D8 puts above records, in place of {@link Record}. */
public abstract class RecordTag {}
