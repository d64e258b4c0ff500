# Every part of the DEX format that the reader knows, once.
# smali assemble --api 28 -o session.dex Session.smali Note.smali
.class public final Lapp/Session;
.super Ljava/lang/Object;
.implements Ljava/lang/Runnable;
.implements Ljava/io/Closeable;
.source "Session.kt"

.annotation runtime Lapp/Note;
    value = "session"
    count = 3
    scale = 1.5f
    ratio = -0.25
    big = 0x123456789aL
    small = -2t
    short_ = -300s
    letter = 'z'
    yes = true
    nothing = null
    type = Ljava/lang/String;
    member = .enum Lapp/Kind;->OPAQUE:Lapp/Kind;
    where = Lapp/Session;->token:Ljava/lang/String;
    how = Lapp/Session;->close()V
    inner = .subannotation Lapp/Note;
        value = { 1, { 2, 3 }, "four" }
    .end subannotation
.end annotation

.field public static final NAME:Ljava/lang/String; = "access\u0000token \ud83d\udd11 \u00e9"
.field public static final MINUS:I = -5
.field public static final WIDE:J = 0x7fffffffffffffffL
.field public static final LAST:Z = true
.field private static count:I

.field private token:Ljava/lang/String;
    .annotation build Lapp/Note;
        value = "field"
    .end annotation
.end field

.method public constructor <init>(Ljava/lang/String;J)V
    .registers 5
    .param p1, "token"
        .annotation runtime Lapp/Note;
            value = "parameter"
        .end annotation
    .end param
    .param p2, "expires"
    .prologue
    .line 10
    invoke-direct {p0}, Ljava/lang/Object;-><init>()V
    .line 11
    iput-object p1, p0, Lapp/Session;->token:Ljava/lang/String;
    .line 300
    return-void
.end method

.method public static pick(I)I
    .registers 3
    .line 20
    packed-switch p0, :packed
    const/16 v0, -0x64
    goto :done
    :zero
    const/4 v0, -0x1
    goto :done
    :one
    const/high16 v0, 0x7f0b0000
    :done
    .line 21
    sparse-switch p0, :sparse
    const v1, 0x7f0a1234
    add-int/2addr v0, v1
    return v0
    :far
    rsub-int v0, v0, 0x7f
    add-int/lit8 v0, v0, -0x7
    return v0

    :packed
    .packed-switch -0x1
        :zero
        :one
        :done
    .end packed-switch
    :sparse
    .sparse-switch
        -0x80000000 -> :far
        0x7f0a0001 -> :far
    .end sparse-switch
.end method

.method public static wide()J
    .registers 6
    const-wide/16 v0, -0x2
    const-wide/32 v2, -0x12345678
    const-wide v4, 0x123456789abcdef0L
    const-wide/high16 v4, -0x8000000000000000L
    add-long/2addr v0, v2
    cmp-long v4, v0, v2
    return-wide v0
.end method

.method public static bytes()[B
    .registers 2
    const/4 v0, 0x5
    new-array v0, v0, [B
    fill-array-data v0, :data
    return-object v0
    :data
    .array-data 1
        0x1t
        0x2t
        0x3t
        0x4t
        0x5t
    .end array-data
.end method

.method public run()V
    .registers 4
    .annotation system Ldalvik/annotation/Throws;
        value = { Ljava/io/IOException; }
    .end annotation
    .line 30
    :start
    const-string v0, "refresh"
    .local v0, "name":Ljava/lang/String;, "Ljava/lang/Comparable<Ljava/lang/String;>;"
    .line 31
    const-string/jumbo v1, "jumbo"
    invoke-virtual {p0}, Lapp/Session;->close()V
    :end
    .end local v0    # "name":Ljava/lang/String;
    .catch Ljava/io/IOException; {:start .. :end} :io
    .catch Ljava/lang/RuntimeException; {:start .. :end} :runtime
    .catchall {:start .. :end} :any
    :second
    sget v1, Lapp/Session;->count:I
    :second_end
    .catchall {:second .. :second_end} :any
    .line 29
    .restart local v0    # "name":Ljava/lang/String;
    return-void
    :io
    move-exception v1
    return-void
    :runtime
    move-exception v1
    throw v1
    :any
    move-exception v1
    monitor-enter v1
    monitor-exit v1
    return-void
.end method

.method public native close()V
.end method

.method public varargs invoke(Ljava/lang/invoke/MethodHandle;[Ljava/lang/Object;)V
    .registers 8
    invoke-polymorphic {p1, p0, v0}, Ljava/lang/invoke/MethodHandle;->invoke([Ljava/lang/Object;)Ljava/lang/Object;, (Lapp/Session;I)V
    invoke-polymorphic/range {v1 .. v3}, Ljava/lang/invoke/MethodHandle;->invokeExact([Ljava/lang/Object;)Ljava/lang/Object;, (II)V
    invoke-custom {p0}, site("accept", (Lapp/Session;)Ljava/util/function/Consumer;, "extra", 7)@Lapp/Bootstrap;->link(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;Ljava/lang/String;I)Ljava/lang/invoke/CallSite;
    const-method-handle v0, static-get@Lapp/Session;->count:I
    const-method-type v0, (ILjava/lang/String;)V
    filled-new-array {v0, v1, v2, v3, v4}, [I
    invoke-static/range {v0 .. v5}, Lapp/Session;->six(IIIIII)V
    return-void
.end method
