"""Texts of modules without Qt that the window translates."""


def translatable(context: str, text: str) -> str:
    """Return `text` as it is; `packaging/translate.sh` finds it by this call.

    Args:
        context: under which it is translated, as in `QCoreApplication.translate`; a literal.
        text: the text in English; a literal.
    """
    del context
    return text
