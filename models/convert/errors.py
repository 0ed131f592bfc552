"""The one error that a user of the converter sees."""


class ConversionError(Exception):
    """The checkpoint cannot be converted; the message names the file and the key."""
