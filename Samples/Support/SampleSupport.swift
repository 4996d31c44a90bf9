/// What the samples share.
public enum SampleSupport {}
